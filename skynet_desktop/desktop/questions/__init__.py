"""What only a person can decide about a mapping, and all that is needed to decide it.

answers.py  what the two answers are called, and what each of them means
model.py    the files a question is about
dialog.py   the question in a window: sentence, files, answers
"""
