"""One thing done with a drawer full of files: `python -m app.batch scans/ -q "What is the total?" -o out.jsonl`

The way of a file: `files` finds it, `plan` says whether an earlier run did it, `work` makes a record of it whatever
happens (`cluster` does so on other machines), at a `desk` that knows what is wanted; `pages` reads what can be read of
it, `mirror` writes that to a tree, `tidying` takes away what that leaves behind, `journal` writes the record and knows
after a crash which ones are there, `progress` tells. `flags` is the command line, `forecast` says beforehand what there
is to do; `diff` compares two runs, and `table` makes a spreadsheet of one.
"""
