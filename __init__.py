"""Sanhui: a plugin that takes a street's open cases to the right council and back.

A case goes one way. The host platform gives it (intake); guards look for danger before
any rule does (screening); 24 rules propose a matter and its council (routing); a person
confirms what is unsure; a meeting is planned and its seats filled (convening); members are
asked by text and answer with a digit (inviting, delivering); the meeting ends in a result
(concluding), the result in promises that are kept or not (following), and the resident is
asked once whether it helped (evaluating). Every step is written back to the host (writeback).

The house: `sanhui.jobs` says when, `sanhui.config` where and who, `sanhui.plugin` how, and
`sanhui.templates` in what words.
"""

__version__ = "0.1.0"
