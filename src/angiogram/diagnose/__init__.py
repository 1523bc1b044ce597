"""The main job, in the order of the work: collect, read, account, repair, cause, judge, picture, tell.

`run.diagnose` calls the rooms one after the other; each takes what the rooms before it made and adds one thing of its
own. A room imports from those before it only. `statistics`, `terms`, `phrases` and `settings` lie under all of them.
"""
