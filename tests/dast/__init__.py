"""The API of a running shop, tried by a program that makes up requests from its document."""
