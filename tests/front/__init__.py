"""The ground's front end: words, shapes, behaviour in the browser, and how it is installed."""
