"""Machine learning: which digit is this? A small neural network, without any library.

The event has 64 pixels, 8 rows of 8, from 0 (paper) to 16 (ink). INIT unpacks the weights: that is
what a cold start of a real model spends its time on, only longer. See how much longer INIT is than
an invocation.
"""

import base64
from math import exp

# Written by handlers/training/digits.py.
ACCURACY = 0.962
LAYERS = [{"inputs": 64, "scale": 0.02126731, "biases": [0.3473, 0.2548, 0.1375, 0.5114, 0.0583, -0.5091, -0.0542, -0.2186, -0.0729, 0.0635, -0.6958, 0.6848, -0.1936, -1.0018, 0.2222, 0.0129, 0.3984, -0.158, -0.0384, -0.1325, 0.0807, -0.0878, 0.0214, 0.0466, 0.0098, -0.1583, -0.1454, 0.6506, 1.0435, 0.556, -0.5008, -0.2081], "weights": "PAcW9Be8ycrx++0I9/fwFyQQ1SH3EPIBMCwDEyAp5RhDL+Ta6v4A5Qj96T758in64uIUQr3NJB0EEvoJOM0VGR0sBsj6+j/0+Ab6GBn9GQP13u4Wt+o8KesGzQsoDTgICADvBAv/KfYEBe0Z8RsF9xXy3Qzp+wjtCdnnDyYf+yX63OgVFecXBiINFwLF9QMK+ALmDwnq7/4tDvr+/vAELBHSAhX13fABJC8WCCzwBzYFHQLx+QEZBfkY/O8U/vQQFsXf7Pvv8NwYDfIKFf7JG/4ACSoJ4eTgCAYHAuYjCBrr2gG/Fzgo3Bw4xgHeRar86d7dDtzzAbgrJ93U2R9HuhDwI+oFxhMIBCfYAPUDOBHa4tYx/yL71ws4DjgY/RMgGeAECQjcEAjiCgT/AtAuCPT/PvPUDwMJ7jj/HCy9BOMzEf4AFfQT6cEcAAIO/xDwEg797rsQGysOFw/7Gu7+Fgfz/fIX+g4D8yP+DQ0W8Noe3egS9/7jywL7/ggUFRwY2tMI/Q0D9wUy/hIoBe4Z7e0C6Cgj6+IF7wDpMBXeGAUUyenqKwXg+igIACP7AC/qCR0wCxLwCRP2/uEUHen8EA/Ktt1LBrD+DuIOLjQH4f4cEhAW8+n2IsoV6RIrFO4cK+X9GEofquDq8So23MDQBREU+NzKCQ+48OoG+SwV2fnpnuUX+vntIdYBHSn2mgzpz/YZEg8M9jIiKh4+Deb9DNv73B4QBf7+8SoYDgTa7dGW4Sfmt/0MLAkaGiUZBPQG9Rr8FgIT8vbiG/cI9SHo9xoXGPHq+vdLEwoHDAJLDfMXMw4J5S73HNj/GAwXHPXbIt7YKxr04cMQ/R0D/fUi7Pkq++3sAxwVFwMz/zbdEPfc0PcQ8gPh9OktFdn78Sf6ES7aDN/jCCIxEBAP3PwXzv8yMOr6Aegg1Ajn+BQW8+rtBgDw2grkEgQP8Rb0EfedC0ry2sQGEvv2EvTkWBO+7O8gOgjh8IovEfITDrfuC7f7Serg40Dh1gjuCwRaAezsQNMsEAQW8A7xPRID+QjhBN8F+tsOEPcH10nwHATXBQe/DOsqBBXk/QIF+BMD+uIjst3+9e8DDy/8KgYZECj1KNDcBxrgCNcR4f/hG+Uc9A4R5+QOF/blSRoTECkDNRD4LfIfENoh4hb1+iP75xgQEwbS0wcQBQHoGB0RCwDrEf0+Hgv36xz0JCr5PfUa1wce7PsEDOsfFs/iFxbwAQIU+Ccm0iDE5Pwm/BIEEOL2zx0HQPnr5g/oF+MQCNH7HAfnDDToBM7m+RoGMdEcBBDqAg8jBe7M+O/u7hYCvxU34t8J2AgfgbufUQX+5QbaJTWOQBUb9B9Vs9nPHCG0MAa27vEXG/c1ENrsBO9q0xDm2wLo/zvnrf4XdDAS1qIh4eEg9Osf6/YFCQPx5NIJI/jOEbH3LAkQ/QQs/yf37wwdBBGu9CojBen+8tzN4hIcL/TwJQfTFhwZ9g4RCfge/uQh4Mv1HREBGtru9sQEDNcs/8kSBu8WJQklBQoZGSwG5g71D+3ZCA8p2wIe2gobA+zOCv4HCPzk/QXx7B0CNwskB+QH+hIACw0EEQjxDhLt3+0WByIq8/YBzCYNJQHvFDDuFRY1KQ4S0esn+PEYGewPCC0NBxzyRvUIBNdCBbX07AH8Nzj1CE0LvP/CTcI7R0cZZRPJRNt5x/DqzHO+qu3UkhXoGDIZ4unjOA39FOTs6Dvl0Arf+aXeE+jn7/wJFE8ADNjnMwkl9c8n1wLh0yPjF/TdyVP/NQf7JAH6+gMIDgroDRwoBQXz1jPW5OoJDB32EAIhwP0SGSwBHvoK7x3O/OmsIgUTAhDQ+yXB4OPYMO3qCyrTBwMUNvnz/S3z+xAZ1tju5O0aPgEeIMj88Arc6PHv7zXuABHQ/Ab5DhAFBfwCGvMl/zb1HBgAzCT9EPcV9BIIN+A7/hkO6Pje9PvWARgMBSQRJKMBIfnOKiTLETobDOz7CTXyZfPsBfzvCtAGIjfn6xwTI0Io6LAj+zJJHz8L+QoIKhNG4S/iOsP4+dkUPgHpO9cI6B6lJfju5eIL9OgVDQUCyyT4JgQuA+MlBOW3/hsDBRb3MNwZz+kf2w3X5y0VHCgdFyoVzBcKILj08BTxKR8JAPYnBCLV79XjEToSEgLgEC8tARPnAAcav+fuFO0P9AQO9gELD+3kCxcOIAvlxwPVEw7gHtMtyv8V+hMBD/z+KxsO7QIS/d4IDgkB8+sGBhMvwfQqySb+1O4M7vL5AQ8f8h/z7hAn9//7BvAGHyYOLxT8+fu7DTQP0wcK7c/hPhTPNu4IDhHl4RgZ9hISMC8EOvzv68MuL/Lo6C8f5dAgIu4q8xAVMe4fJ/slCDjjTdEoBsNIqkgo0jAkGRgSLM4jCTrb/eP+69/Vluq9FSsYEeTK40KrEi3xC+oW9fIuygYXOe7iKO4fEfrv6cAt6gh5zxPy7vzgHCn+Ax7vzgwCDPEk7AD97PvyAffyCPL3DgbsBhUzyQUqJ/rvOgDTEfsN8RXlDRvyDAYPFxgP6OAU3ecTDAbj8/PoGCcXCBf79P4TL94kFvHpF/kUAAb58R0nCOnxI/IV5wEV+woREvUB9+0SzTAP+/MCC+weBxgMCwsG9A0MBRX4E/4KFv4I9xb92RnA8iYCAfcZ5iIO/QXl7fgI+fIM9yD2EPf/35wh6+83CfcLEOzqHPsXIuPmCP3yRMwO5xAkAd4ENcg="}, {"inputs": 32, "scale": 0.03233447, "biases": [0.4717, -0.8947, -0.6831, 0.2506, 0.3097, -0.1324, 0.1495, 0.6708, 0.3367, -0.1132], "weights": "pfW/7xcoyewkIL+BpDu5NFUEBeLkCBEtGM4SFgPBE+zx+gboHOcKGPDl+A31IC4q3NT2KsIDISLz2t4PCCMvDNr/xqGrFAEfCd0U1c0h8hHaGyMIzMsCGAPiExc+6Mv+4P6HEwMz0w/4Bh26Cvb44uEI9gzdDPsSPMPkyaLjCbctRSg43hDjEAu4z+ULpAEQHdTa5RYuAbqtVtogOxjfyxzs1sXlFRgVGATGDSsa0Y60yQ0jDkgPAAuzOg0GnOQPHQXSDuwEGAYp0/XaUDMN6sHoCQoY4hzOFPoM49cRQcMyCvIl09cvDaWy8SQV2AoK9xMO5PMDFckSzdwiyKM0CespySD8FBnfI+8K2xv0t/H0Kt71/+UTFSLd7RkC/uMYCfTftCX8Oe7dCOTq0SIO/uT46RX6ERfkDhaiFezN/vw="}]
# End of what was written.


def unpack(layer):
    """Rows of weights, one for each output."""
    raw = base64.b64decode(layer["weights"])
    values = [(byte - 256 if byte > 127 else byte) * layer["scale"] for byte in raw]
    outputs = len(layer["biases"])
    return [values[output::outputs] for output in range(outputs)], layer["biases"]


NETWORK = [unpack(layer) for layer in LAYERS]
print(f"a network of {sum(len(row) for rows, _ in NETWORK for row in rows)} weights is ready")


def classify(pixels):
    values = [pixel / 16 for pixel in pixels]
    for index, (rows, biases) in enumerate(NETWORK):
        values = [
            sum(weight * value for weight, value in zip(row, values)) + bias
            for row, bias in zip(rows, biases)
        ]
        if index + 1 < len(NETWORK):
            values = [max(value, 0.0) for value in values]
    largest = max(values)
    likely = [exp(value - largest) for value in values]
    total = sum(likely)
    return [value / total for value in likely]


def lambda_handler(event, context):
    pixels = event["pixels"]
    if len(pixels) != 64 or not all(0 <= pixel <= 16 for pixel in pixels):
        raise ValueError("pixels must be 64 numbers from 0 to 16")
    likely = classify(pixels)
    ranked = sorted(range(10), key=lambda digit: -likely[digit])
    return {
        "digit": ranked[0],
        "confidence": round(likely[ranked[0]], 3),
        "next": [{"digit": digit, "confidence": round(likely[digit], 3)} for digit in ranked[1:3]],
    }
