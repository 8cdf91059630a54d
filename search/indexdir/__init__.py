"""The files of an index as files: opening what is to be trusted only so far, and writing what must last."""
