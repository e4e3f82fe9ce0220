"""Knowledge and a person → the arrays of a causal network."""
