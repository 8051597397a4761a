"""
The order of the stages.

read -> strip (boilerplate, repeats) -> sketch -> match documents -> match paragraphs of what stays -> write

`document` strips one document, `corpus` cleans many, `restore` undoes it.
"""
