"""One question to a drawer full of files: `python -m app.batch scans/ -q "What is the total?" -o out.jsonl`

The way of a file: `files` finds it, `work` turns it into a record, `journal` writes the record and knows after a crash
which ones are there, `progress` tells. `forecast` says beforehand what there is to do; `diff` compares two runs.
"""
