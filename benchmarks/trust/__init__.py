"""What is promised: the page of promises, what a state costs beside another, and the audit of the locks."""
