"""What developers translate with: ``python3 dev.py translations``.

The texts come from four places, each with a module here: the windows (``windows.py``), what
settings and connections declare (``declared.py``), the sentences of everything below the
desktop (``sentences.py``), and a few of Qt's own (``qt.py``). Qt's lupdate merges them into
``resources/translations/*.ts``, which are kept; its lrelease makes ``*.qm`` of them, which are
not. ``exchange.py`` hands the open ones to translators and takes them back.
"""
