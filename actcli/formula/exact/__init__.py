"""Formulas written out exactly: which two are one function, proved by algebra and not by trying points."""
