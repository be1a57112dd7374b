"""Trains the digit classifier of the sample `digits` and writes its weights.

    pip install scikit-learn==1.7.2
    python handlers/training/digits.py

The data are the 1,797 handwritten digits of 8 by 8 pixels that scikit-learn brings along (UCI,
"Optical Recognition of Handwritten Digits"), and digits as visitors draw them in the page: its
writers crossed every seven and left no four closed, for example. Those are made of `FORMS`, and of
strokes become pixels as in app/src/shapes/drawing.rs.

The data's digits fill the picture from top to bottom, are about as broad as 6 of its 8 columns, and
all have about the same amount of ink, 30 % of the paper: a one is not thinner than an eight, its
pen is thicker. The page prepares drawings like that.

The network is small, so that its weights, rounded to 8 bits, are a few kilobytes: 64 inputs, 64
hidden units, 10 outputs. Training is repeatable.
"""

import base64
import json
from pathlib import Path

import numpy as np
from scipy.ndimage import map_coordinates
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

OUTPUT = Path(__file__).parents[2] / "public/handlers/digits/lambda_function.py"
BEGIN, END = "# Written by handlers/training/digits.py.\n", "# End of what was written.\n"

# Points x,y in tenths of the paper, y downwards; a slash lifts the pen.
FORMS = {
    0: ["5,0 3,1 2,3 2,7 3,9 5,10 7,9 8,7 8,3 7,1 5,0", "6,0 3,1 1,5 3,9 6,10 9,5 7,1 5,0"],
    1: ["5,0 5,10", "3,3 6,0 6,10", "3,2 5,0 5,10 / 2,10 8,10", "6,0 4,10"],
    2: ["2,3 3,1 5,0 7,1 8,3 7,5 2,10 9,10", "1,2 4,0 7,0 8,3 6,6 2,9 4,9 7,10 9,9"],
    3: ["2,1 5,0 8,2 7,4 4,5 7,5 8,8 6,10 3,10 1,8", "2,0 8,0 5,4 8,6 8,8 5,10 2,9"],
    4: ["6,0 1,7 9,7 / 7,4 7,10", "7,0 1,6 9,6 / 7,0 7,10", "2,0 2,5 8,5 / 8,0 8,10", "3,0 1,5 5,6 9,5 / 8,1 6,10"],
    5: ["8,0 3,0 2,4 6,4 8,6 8,8 5,10 2,9", "3,0 2,5 5,4 8,6 7,9 4,10 1,9 / 3,0 9,0"],
    6: ["7,0 4,2 2,6 3,9 5,10 8,9 8,7 6,5 3,6 2,7", "8,1 6,0 3,2 2,5 2,8 4,10 7,9 8,7 6,6 3,7"],
    7: ["1,0 9,0 4,10", "2,0 8,0 4,10 / 3,5 8,5", "2,2 2,0 8,0 6,5 5,10"],
    8: ["7,1 5,0 3,1 3,3 7,6 8,8 5,10 2,8 3,6 7,3 7,1", "5,5 3,3 3,1 5,0 7,1 7,3 5,5 2,7 3,9 5,10 7,9 8,7 5,5"],
    9: ["8,2 6,0 3,1 2,3 4,5 7,4 8,2 7,10", "7,3 5,5 2,4 2,1 5,0 7,1 8,4 7,8 4,10 2,9"],
}
DRAWN = 250  # of each digit
SAMPLES = 4  # places across and down in which a pixel is looked at
INK, BREADTH, SQUEEZE, PEN = 0.30, 0.81, 1.5, (0.9, 2.6)


def by_hand(form, chance):
    """Strokes of a form as a hand draws it: bent, slanted, turned, broader or narrower."""
    slant, turn = chance.normal(0, 0.15), chance.normal(0, 0.1)
    breadth = chance.uniform(0.6, 1.15)
    sin, cos = np.sin(turn), np.cos(turn)
    strokes = []
    for points in form.split("/"):
        points = np.array([[float(at) for at in point.split(",")] for point in points.split()]) / 10
        points += chance.normal(0, 0.03, points.shape)
        # A curve through the points, from straight lines to round ones.
        along = np.linspace(0, len(points) - 1, 8 * (len(points) - 1) + 1)
        index = np.clip(along.astype(int), 0, len(points) - 2)
        part = (along - index)[:, None]
        before, start, end, after = (
            points[np.clip(index + step, 0, len(points) - 1)] for step in (-1, 0, 1, 2)
        )
        round_ = chance.uniform(0, 0.5)
        curve = (
            (2 * part**3 - 3 * part**2 + 1) * start
            + (part**3 - 2 * part**2 + part) * (end - before) * round_
            + (3 * part**2 - 2 * part**3) * end
            + (part**3 - part**2) * (after - start) * round_
        )
        curve -= 0.5
        curve[:, 0] = curve[:, 0] * breadth - slant * curve[:, 1]
        strokes.append(curve @ np.array([[cos, sin], [-sin, cos]]))
    return strokes


def pixels(strokes):
    """The picture that the page makes of strokes (app/src/shapes/drawing.rs), 0 to 1."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    size, pen = np.maximum(high - low, 0.004), PEN[0]
    for _ in range(8):
        broadest = (BREADTH * 8 - pen) / size[0]
        down = min((8 - pen) / size[1], broadest * SQUEEZE)
        scale = np.array([min(down, broadest), down])
        steps = (np.diff(stroke, axis=0) * scale for stroke in strokes)
        length = sum(np.hypot(*step.T).sum() + pen for step in steps)
        pen = np.clip(INK * 64 / length, *PEN)
    centres = (np.arange(8 * SAMPLES) + 0.5) / SAMPLES
    places = np.stack(np.meshgrid(centres, centres), axis=-1)
    inked = np.zeros(places.shape[:2], bool)
    for stroke in strokes:
        stroke = (stroke - (low + high) / 2) * scale + 4
        for start, end in zip(stroke, stroke[1:]):
            line = end - start
            part = np.clip((places - start) @ line / max(line @ line, 1e-9), 0, 1)
            inked |= np.hypot(*(places - start - part[..., None] * line).T).T <= pen / 2
    counts = inked.reshape(8, SAMPLES, 8, SAMPLES).sum((1, 3))
    return counts.ravel() / SAMPLES**2


def changed(image, chance):
    """A picture, turned, stretched, slanted, moved, and with more or less ink."""
    turn, slant = chance.normal(0, 0.12), chance.normal(0, 0.2)
    breadth, height = np.exp(chance.normal(0, 0.15)), np.exp(chance.normal(0, 0.05))
    back = np.array(
        [[np.cos(turn) / height, -np.sin(turn)], [np.sin(turn) + slant, np.cos(turn) / breadth]]
    )
    places = np.mgrid[:8, :8].reshape(2, -1) - 3.5
    places = back @ places + 3.5 + chance.normal(0, 0.35, 2)[:, None]
    ink = map_coordinates(image.reshape(8, 8), places, order=1, mode="constant")
    return np.clip(ink * np.exp(chance.normal(0.1, 0.15)), 0, 1)


def with_changes(images, times, chance):
    more = [[changed(image, chance) for image in images] for _ in range(times)]
    return np.concatenate([images, *more])


def drawn(count, chance):
    """So many drawings of each digit, and their digits."""
    images = [
        pixels(by_hand(forms[chance.integers(len(forms))], chance))
        for forms in FORMS.values()
        for _ in range(count)
    ]
    return np.array(images), np.repeat(list(FORMS), count)


def rounded(values):
    """8-bit integers and the factor that makes floats of them."""
    scale = float(np.abs(values).max()) / 127
    return np.round(values / scale).astype(np.int8), scale


def forward(layers, inputs):
    for index, (weights, biases, scale) in enumerate(layers):
        inputs = inputs @ (weights * scale) + biases
        if index + 1 < len(layers):
            inputs = np.maximum(inputs, 0)
    return inputs


def main():
    digits = load_digits()
    train, test, train_labels, test_labels = train_test_split(
        digits.data / 16, digits.target, test_size=0.25, random_state=1, stratify=digits.target
    )
    chance = np.random.default_rng(1)
    drawings, drawing_labels = drawn(DRAWN, chance)
    inputs = [with_changes(train, 10, chance), with_changes(drawings, 2, chance)]
    labels = [np.tile(train_labels, 11), np.tile(drawing_labels, 3)]
    # After 60 rounds it hardly learns any more.
    model = MLPClassifier((64,), alpha=1e-3, max_iter=60, random_state=1)
    model.fit(np.concatenate(inputs), np.concatenate(labels))

    layers, text = [], []
    for weights, biases in zip(model.coefs_, model.intercepts_):
        integers, scale = rounded(weights)
        layers.append((integers.astype(float), biases, scale))
        text.append(
            {
                "inputs": weights.shape[0],
                "scale": round(scale, 8),
                "biases": [round(float(bias), 4) for bias in biases],
                "weights": base64.b64encode(integers.tobytes()).decode(),
            }
        )
    right = (forward(layers, test).argmax(axis=1) == test_labels).mean()
    print(f"{right:.1%} of {len(test)} digits that it has not seen, with rounded weights")
    images, image_labels = drawn(100, np.random.default_rng(2))
    drawn_right = (forward(layers, images).argmax(axis=1) == image_labels).mean()
    print(f"{drawn_right:.1%} of {len(images)} other drawings of the same forms")

    source = OUTPUT.read_text()
    before, rest = source.split(BEGIN)
    _, after = rest.split(END)
    written = f"ACCURACY = {right:.3f}\nLAYERS = {json.dumps(text)}\n"
    OUTPUT.write_text(before + BEGIN + written + END + after)


if __name__ == "__main__":
    main()
