"""The knowledge as pages to read: one for every state and test, questions answered, popular claims weighed.

Nothing here holds a clinical number or sentence: pages are made from the knowledge, and every number names its claim.
"""
