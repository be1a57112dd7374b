"""Machine learning: which digit is this? A small neural network, without any library.

The event has 64 pixels, 8 rows of 8, from 0 (paper) to 16 (ink). INIT unpacks the weights: that is
what a cold start of a real model spends its time on, only longer. See how much longer INIT is than
an invocation.
"""

import base64
from math import exp

# Written by handlers/training/digits.py.
ACCURACY = 0.978
LAYERS = [{"inputs": 64, "scale": 0.01377559, "biases": [-0.0236, 0.199, -0.1722, 0.3737, -0.0355, 0.0469, 0.0727, 0.0997, -0.2069, -0.4382, 0.3724, -0.2245, 0.2888, -0.1318, -0.2121, 0.3199, 0.0895, 0.4659, -0.255, 0.668, -0.1796, 0.0662, 0.1001, -0.0751, -0.2332, -0.1764, -0.2084, 0.0632, 0.0747, 0.2059, 0.117, -0.0176, -0.0684, 0.4871, 0.4282, -0.3239, 0.2621, -0.595, 0.077, -0.2929, 0.4535, 0.0574, -0.4842, 0.0404, 0.0168, 0.4244, -0.3135, 0.1855, 0.4944, -0.3833, 0.0512, 0.1624, 0.0438, -0.0663, -0.003, -0.0673, 0.1193, 0.1867, 0.3159, -0.25, -0.0036, 0.134, 0.0875, 0.0534], "weights": "uArQ/gDlE+4U8xnN8hr2AhoQ/eHyBNwJDwX85Ov76un//BQEDPrsDwwS+UH9+Rgf/ODiCQsVCsYGC/f98iwFB9IF8v3tCPwB9vMe8xL/CvbyA/8C8g3PDAL75/4K+PHpAQf5/xX/B/Ab/PsaCxAIJ/j56/AAMumuCAT36v4z8hzpA/D96/cBBRTzIQ/6/+354/b8Av/kwgQB4vzsBfr36vgD+AgM5ez5EP8FHhX/EQ0A/vbu6R3mnAoUAgPVRvoFARUGFv8BCg4NDgkI+fj+CPsdBRbx8cX5/PoJ7/799/L8GQb8IAfy9RsGARsKDAkOChYG5fcl45X8FvMD7VH6AQAN+wUKGhcF+AIO7Af89/n8FhgM9vzaCCH9Dfn7Cgz0BhQQDxn49/YEAwkTGhoe/PUM/fDwJviqBf3yA/wl7iQXBfrx8w0GANP4A/sB/Afm9RgPDgoIAw4I9/8PFvwP9PwQBf0Q/AkOD/YLDyQSDf/l3OPw3SvsuS4Q8vP+IA4kBPkO/9sB+wi3/g4O7Qzx5AkL/gwACQfl6wD7+w7tE/kGCggZ/+Pw/xHn/A8LEgD57esB++sF7uIk/en3CxEOLfj1/BDlCQMK6xEJA+sC5NsB+BQB+Pcc5OwTEuQK8/z+8iDuDQb4AO8l4wcTCQf9JxD/BfPw8uXyHOn/9eEAC/miHPAF/c8cASYGLNwqKwL/9wX77O0Tt/oQ8QXt5PoOE/buHSP10QACCg31LAoTEQcD3R3bIwL4FAPG+woAGxzoyybxBuneIvU36ijgJSMEB/YL/dbx6sD3DOwL5gX8GBwK/BE49Nn7FgAI+ijoFRoQDucG9BIo6RcEBAXpAwsI49ol7wry2QntGwIX6hz6CvX5DQ/kAPna/vkBGeIU+yQO7gwWJvjHCxkQEAUq/RYeCxb4AwgrC+IJ6BH28fDwCPn8EAoD+/EE+iASDO4KB/oEATET9vfrDOwOBx3lD/0oGfAMGPwX2AAq+SYcNP8UB/syCAcfNv36H9UL5fT17BbtBgARBAX8E/oX6P71ARTqDx8tCfjv9fgOKQ0D/RrxHS/+GQsTCAwIIhIBEDkBCBDo/eP9JUnpBw8H+wDmFAQPKvr0BBr1AyXn1dzmDg4S7OUgJAv/+/PeHSca/wwuASwi/isKC/UH/gsC/w0f9vcQDfjh+BVQ8g33DAz29Q/9FkYL+AT8+BsSAaLrBggHEezwIBwDCxAS59r4CwMILP81IQEQ8Afr7wkWBAj+EgLu9RDp9PIIL+f6Ben47PYP9wk9HBEAAuX+FvXP2v8FDBfr5/8G5QL++AHG7Q4F7zv4Lx8MB/4c5wH0Eg3tGxP47uIT5dTvCjn47f709OP6Bvb/FqEKBB3y3vnfCwn9yRkT9hv2CvQB+A8U6Rb0EwXr7iQp+f4LJvXD7vn+HvT3EOztBRnrLOwG/+Aq2LTx5uLLD+ilGfEbzhMI9fUKJur7GeYBChAKAgsbKe0M5PUHBPEQJRbrLiQA5wT2BQj12O0CDQEQ6gn65gTwG9zbGgXtrwkCEgjg+dcV+wHp+xL9zB0M9Qr8+QIEBDfxBAHgGA0g8igX9igkE/wA/xDn5df86gsuDekV+eEaHRnpMBP4y6PY+zUFCez4//QNKhDaEMMSEADrCA/sD/YJ1+r83RbrLuX9BeUKGg0X6yPv6hHh//EFGPkSFQbSKBEp+wXTBs+255sHAS7t6e7v8TcfA/T5GQUOMxYf5Afl8TkiEgvs0PXU5QTsDBnNGu4W+BMu+SDgJP4ZsQ0aztL+EvDn2A/b1QYG7yIO/+MQ+/rs+xbxASQSHDYi9QkMF/gnIwwi5L7XvQEI+SYRrwv8HvUE7f4HDBYNFcoGIvLMCBHVJBYnxfUOM+cM9PzsFgULxhH+8Qsi+AsPHfAMCAcD2/74LNXC0NwS+AkfEqX4EQMIE9QG8fULFhbaCf0i1RH7qBr7Dcv2CzD39wju7QES+8XtC/4ZEv7/EwLV+xX/DqXoAB310OX/Gdz9Chao5AUNFPwOCOTnHg4W5xkIMtD99bDSCBXp+gMTv/gBEcf/5QD6FAoErRAIFQ0HBxgYETLtB/3UHQj//gAVEBnw/QbWARHxAc/n+sXNGQEW9+MTAfP2zQzq/+nsBoH8CwbWGu/15g8y/LQLCvYN/wER/R40/QkB2Tb5/+7rCRAVCwYk+xoB2gnh+xnd6AwR+wbt+AjyDqoS8OcL+wUG/+f78h8P++P/JwLHEiEEBgroAu0TFPUX/egs8xXb8SMhDQUWMA0Y8+f37usS6voDAugc+AgS7iMSOBHaJhv2PdfrEPEhOxYm9ukRDg8HAeH/JQQZHt4L4Br+Ft8I5LAj/vweGxoG6tgDFeX74Sop5hINDvkqBeUzKhov8Cgl1yr/CPfSHh0GIgYGFBkO4vgBBg329ggDIgYVHCIAERnKK+QPEegCCOz1+yXsRfIhLg7hFBfp8fwGAQHwKvEcFAgDAQng0xXrAeYHJezw/CEDGBT2AvXzMwUh6hYW+QT23BrtG/oECOgP9hH+ES7/Cxcb8e4UuN8A8Pwk+gfNIPUeIRMC7v77+PDrJib23gs4Ax712Rr87SHe/9T2+c4LzOAS+Ar+/g3oHBAC3xgLG//2AOfwAKPgAQDvFgYkyBsBJQ3//+T39Qv42xEm6NMhERcgA8QG9/kcx/nLEgbG7Lbl7f8bCvQHAy0F9PEQ/wnuBhrV/wPAvfwA3QUINcggAhHg0wby8gwIFuANCRC3Aw/wB/f7EQ7+DdcK5+EDE+vvxB0h7e4XBf0PFs/12cws56z4OeXsCQ8IETPmQwcCDPUMyaIO9xL88hgDCRAG6QgRAw8LFhX8AtwB6QLzEPv+CMgNDe7uDfn8BwLhAdvQGwme1x4KFRv++Rcnshr5Cxb07+Wt9foHGPQiAPkYCP4H+P3aFPUO9gS/AwcD5yL7AAWlFhsK+xIrEwIC3vj42QL5seAJ7hwNBgQmD/AQ8wEUCfwX0d0Ixhz8KRr0MBE3EuARv+obBxoj9hII/v4u8PH/4Svs5SUAFjb/+CoMAdAFBebnEwEFHwATDPgQFg3oFTcCENr/BtYS6QoIFC/8IB4QIhbRDfP7AicALOs5HwnnES8I6OYg7P02/A8cMvEkDwHv7xMG6v33ARP2Av4hDxEVBw3a/NcNDPjb5RUn6fYgLQYY++kb6QMf4SIFExIP8f/8+gny7RgUER4G6hwIOxft0gQd8hXq2gX8GAf8EPsDDQ8B2vvoJyHs890IA/r5/wbyDwzFGtLs4dIS+RgNFgsW0toj7OMqI+klCun6Ci4O6OLrF+ET3tbpDyoB/QnxCAEFI+Li+iEM/uze8uHtCNvn2gsAvBLQ1e3i+vIDDSglEtjYL9/AJRv2FDHV5vYxJez58vnY9rXl8f807fby9Rv3AOTnEfk98v8VAgPL/Rr89i2t6QQhKRbcBAP48739rf3ZB/kN6One+uMb/+oO+QQP+fAbB9ALFAYEDMUM/BkSBgLgCwb+SAACIg0M4RQ8DAEfoRAPChUTpSj42QfC+LPu7DEGFeHs8/H8HwTvAPgOGO/xGvzr9fMIDAniBgkL5tr79wQE8EUU7z8NA/E2QSHSCK8QCB0D5vEhAfEB3f66/w4uAxDmACHu+iMP5QLh/fnr0BH79vT8CCsQChv7893gDwzvAfon9bcV/zryTRsY+wC01/MHFPcnAPvl6PUMsPs39/nk7fEl/RYW8g3/kAYGxJAoFNMCDdITFMr07Rby2v/o+vD3Ohrfxtkl8Pjf+Tb1JOnxEQMKFOz8Ff0CEAryJaf6AfTh8SPZAQkn5NgPGdrEOxvwCvK7Gv/gBxAc6vgIAwAA8EMJCgLy3tPd+Af8CSME6gn5C9fk7BAe8wkRAwLgIgXLBwYe7RAD2fwwHv3Z7x8CAifjwSYP5hIXBs8F9vcG8wBJJPIH/uXFAh/22wT7E+4Y+Prl/eX3EPwiCAz/7Q0G3g7/2+YOB7kPLfkK7/P5CwgO9b4aEtsHGwXG+ecJ9AoBOB7jExXmrAQX8ugKBPX+HhgJDA/g8ArbJPQaBfIW8PIQ/8DYJA7A/hPtAtn/4R3h6RG3FxjrDgkGztP17BoQCgEBAhAK49w2A8TI+cwFAuwE/88R9hPo8Af89+LwBPEDBQQCBf0FGhP89AoV9y8MFgYMF/Yk5gf9PhEA7d0mKRcZBAIZ/uPqHg3F1RTXHQ36GRTJE94P9eoF7/34Cw0D/QXe/u7xDRoYBdkEOxQU+BADFhzjK/vhByIb/v/nKyYJHgwQLP/s3jv2zuH81Av98Bb2EAnrF/j1//H+Aw4ABvYj9vPz9w8AGi0CD0IWBPsPAiAN6BL9DQc2HfD6AyseGikECv37GdNL9bruBdUJDhkc/gQR4Qz86APtAAbtEgnsE/T0/AD++REGAQFAIQ317tsDBvD/6PD7RAzo9/QTHCcjBRzqBh65Cfy7HwEaHQgiMvzqGdEP8ucFDw8K5wAF6RTy49UgCeYC3ef+Bx4nG/XwCQbhAQgD8jj43ebyECUlLwH6AyTX3fP+2wz/CP0wJTQSAhvOCPPkCSgGIvH7BO7/Cu/TCw/N+/nh/AoBFgcAAhsC8Qzt/f8h6vj7/hgnDhMF0+wt1+X9BOIUEfYAFxspCxQP3gv7+wEg+iv4+AoLCBPi6QwRyvUY3PAJ/gH+DhgfAvMA8QIBKuP5Auf2Gw70FvT1HcL6BfflFwzR6SwJLf0bHtf+EQP0FQUZ/e4F/QYd4d8TAdj/Ef366vz6CATuJO8DAgL2BjDV3vnaCvIQ/wQS//vY8vMJ6eHu7iL57fsD0wf1GAYK6x375gkFAg763/j6BxLxD+wJDt4q9hEP/BcEHPUCEf8R5fkG7wPqGgT29gIF+uYQEum7+ekd8tnmA/kG/gcN/vYp/QD8/PIRAeP8Bf4LDgX79vf7AgcT/f4aFQ3t6wb/JggDBun/6Qvq8wUL+QT0EwvsywDTF/Hu4AwCAgfy/Q70LQAOCv71FffuCvv4HQvu4fH1DBT5/QwS9i0J+gb7Bhn2CfoC/u0LCPkCEfoO7DIA/O7y9w/52/ILGQoDCQv7DAoBCP3y/Bjw/BwOBhP7/eAABfQSEAQSBP1DHvr8CAQY7BcA+/P/DBgEAQT4E/UaAfT9/QAs8vDsEBUM9PfzCAMNBhL1BgQA7PYKFAwPAPv0+Qz4DgsIExP6VhL3FA8EHOgSEvb18vwAAOzj6wLzC9v4GwEBA+728wgc/wIS/hD6AwkN/wUY/Oz4//f6/9/9+/4C9/US+QwF/UYOAvj6DBPw9wMO6f3+///I5u3v6gD46P/18P38/Q4TBQ3fDwcS7wAACPUCFPkP5+IU+wXi+g30/fQIBxD3+t5MB/n2//kj7wIB/vUb/Rf23Pf41+P0CwrxFgDv//4VC/n51v8RAggC/B4CBQP59wjw1gMKAvod9OfwIAoE9g38SAXn7e78M/oK+g=="}, {"inputs": 64, "scale": 0.02458415, "biases": [0.3286, -0.3684, -0.2293, 0.0412, -0.0475, 0.1532, 0.3023, -0.3255, 0.2683, -0.2423], "weights": "GfTvvwMbJ/YIBAz2IOXfHtj9visXGQH/AQf03u0AA/wQDe4B+doDDAHLDfVNz+Ujxfn0+OTuCAUZ5BIHBMbYF+wK8AkaI/r3EOX48xYIENf+EhYE6bvoFQQH+B3+ACkR2iDn0wji3cc1Ev4R5QnzGgbgGQAVBwG92eMsG/IBEgoUpdcg5Oom8NYD+AL4EyK8HwMAFfDoEfgFARHiAgQSC5k1A/UH4PMa9OAX6+0C3gbv9wEF7RMNAt3h+/P/CRryCPYR/xfhDfUNGRHv7uUI2A3w+wHyBREF/OAMBOvhNSW9v+bxLwv8BBkJDar/AwX6DxIN6w7G0Q/aDQcO8xHyEPzp+vvFCf4R8uXqDQ8A3vYK+BEcA+LcFAnqAur0DxsV8Lj5GwsCAB7p/sLeAPkKFL4Z+AT24OP3J/+uAioaD7PkCB69/vAQCAoLF+Hw//QHCfb+8hj+//P8Cd/yEBLdEvUCEPfABAUIBQjlGt0UH9jx4gsd+O0I9yH5yvra6s4PEhEABgMCCA4I4wMJyxflBxPoEvX3/Q76/un6/RQW4eb08RIGBxnHBxEa/hngDBT2HA7P/MAT+BmBCcQpCgsC8Q7/EtEG8goOBQ8C7u4MAAflBu8CFPvI2fgEMDW26egnMukeEu0M7/ajEcMhzwoi9hYK3PIIEQoMAfPt+gfvFALaBvIH/An5FtbW7zXOPxsX+u7UIwoAyAr29/8HIA0z8M7+Ha0BA//Z+RnpG9gx7hXsD/AaCBQd9f26GcfqzR8HAw8YEAMC0+oGBBHfGwHdDOUADQT9BBQK0y/Xxz7/KOfivPXKBzCvEsRD4uj199oYDQT8EQUT8yQOGuWn5BLlDw=="}]
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
