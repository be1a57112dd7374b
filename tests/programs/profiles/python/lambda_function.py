"""Calls of every kind, for what a profile makes of them."""

import json


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def leaf(number):
    return number


def countdown(number):
    while number:
        yield number
        number -= 1


def delegating():
    yield from countdown(2)


class Überblick:
    def __init__(self):
        self.rows = []

    def add(self, row):
        self.rows.append(leaf(row))

    @property
    def size(self):
        return len(self.rows)


def outer():
    def inner(depth):
        if depth:
            return inner(depth - 1)
        raise ValueError("deep down")

    return inner(2)


def recovered():
    try:
        outer()
    except ValueError:
        return leaf(1)


def by_length(word):
    return len(word)


class Closing:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return leaf(True)


def lambda_handler(event, context):
    view = Überblick()
    for number in countdown(3):
        view.add(number)
    with Closing():
        list(delegating())
        raise KeyError("swallowed")
    squares = [leaf(number) for number in range(3)]
    total = sum(leaf(number) for number in squares)
    words = sorted(["ccc", "a", "bb"], key=by_length)
    doubled = list(map(lambda word: word * 2, words))
    exec("def made(): return leaf(2)\nmade()", globals())
    recovered()
    fibonacci(4)
    json.dumps({"size": view.size, "total": total, "words": doubled})
    return event
