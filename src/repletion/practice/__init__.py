"""The edition for a practice: the same records on PostgreSQL, for several users with roles.

Everybody reaches their own records and those that a colleague shared with them, nothing else; what was done to which
record is written down without saying what it holds.
"""
