"""A run's model to take away: written in one of four formats, packed with what it takes to use it, checked.

`bundle` puts it together: `portable` is the model, `writers` write it, `about` and `examples` are the words,
`samples` the drawn faces with their answers, `pack` the zip. `check` is a process of its own.
"""
