"""Trains the digit classifier of the sample `digits` and writes its weights.

    pip install scikit-learn==1.7.2
    python handlers/training/digits.py

The data are the 1,797 handwritten digits of 8 by 8 pixels that scikit-learn brings along (UCI,
"Optical Recognition of Handwritten Digits"). The network is small, so that its weights, rounded to
8 bits, are a few kilobytes: 64 inputs, 32 hidden units, 10 outputs. Training is repeatable.
"""

import base64
import json
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

OUTPUT = Path(__file__).parents[2] / "public/handlers/digits/lambda_function.py"
BEGIN, END = "# Written by handlers/training/digits.py.\n", "# End of what was written.\n"


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
    # Drawn digits are not where the camera had them: each is also shown moved by a pixel.
    images = train.reshape(-1, 8, 8)
    moved = [np.roll(images, shift, axis) for axis in (1, 2) for shift in (-1, 1)]
    train = np.concatenate([images, *moved]).reshape(-1, 64)
    train_labels = np.tile(train_labels, 5)
    model = MLPClassifier((32,), alpha=1e-3, max_iter=400, random_state=1)
    model.fit(train, train_labels)

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

    source = OUTPUT.read_text()
    before, rest = source.split(BEGIN)
    _, after = rest.split(END)
    written = f"ACCURACY = {right:.3f}\nLAYERS = {json.dumps(text)}\n"
    OUTPUT.write_text(before + BEGIN + written + END + after)


if __name__ == "__main__":
    main()
