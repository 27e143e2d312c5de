"""The rules: each looks at the gathered site, and gives what is wrong with it; pure."""
