"""Apache Spark: tables that functions of Arrow batches are mapped over, on as many machines as there are."""
