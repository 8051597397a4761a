"""
The index of an earlier corpus: its texts, and sorted keys by which those like a text are found without reading all.

A folder of segments, each a few Arrow files, and a manifest that names them. Segments never change; what is added makes
new ones, small ones are merged, and the manifest, replaced last, says which of them count. So a writer that is killed
leaves the index as it was, and a reader sees it as it was when it looked at the manifest.
"""
