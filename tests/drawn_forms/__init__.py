"""Declarations as sixty offices send them: drawn with their truth, in many layouts, hands, stamps and ways of scanning.

Everything comes from a seed, so that the same number always gives the same page. People are invented.
"""
