"""
The whole cleaning on Spark: a plan of steps over tables, each a function of Arrow batches.

What is decided is decided by the same functions as on one machine. Spark finds out which documents have anything to do
with one another, and then whole components of them go through `pipeline.corpus.Corpus`, many in a task.
"""
