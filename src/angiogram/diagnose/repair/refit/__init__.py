"""The connector re-fitted with encoder and language model untouched: is the image unreadable, or not understood?"""
