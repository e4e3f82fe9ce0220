"""How good the answers are: on published cases, beside simpler rules, and on people drawn from the network.

Nothing here is fitted, and nothing here is read when an answer is made.
"""
