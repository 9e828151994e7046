"""Tests of stock: rules, races, proofs, programs and screens."""
