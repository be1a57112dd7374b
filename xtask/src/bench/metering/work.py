# Loops as benchmarks of interpreters have them, and JSON; the last line is a checksum of all.
import json


def fannkuch(size):
    permutation, count = list(range(size)), [0] * size
    most = checksum = number = 0
    rotate = size
    while True:
        while rotate != 1:
            count[rotate - 1] = rotate
            rotate -= 1
        if permutation[0] != 0:
            copy = permutation[:]
            flips, first = 0, copy[0]
            while first:
                copy[: first + 1] = copy[first::-1]
                flips += 1
                first = copy[0]
            most = max(most, flips)
            checksum += flips if number % 2 == 0 else -flips
        while True:
            if rotate == size:
                return checksum, most
            first = permutation[0]
            for place in range(rotate):
                permutation[place] = permutation[place + 1]
            permutation[rotate] = first
            count[rotate] -= 1
            if count[rotate] > 0:
                break
            rotate += 1
        number += 1


def nbody(steps):
    bodies = [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.4],
        [4.8, -1.1, -0.1, 0.6, 2.8, -0.02, 0.037],
        [8.3, 4.1, -0.4, -1.0, 1.8, 0.008, 0.011],
        [12.8, -15.1, -0.2, 1.0, 0.8, -0.01, 0.0017],
        [15.3, -25.9, 0.1, 0.9, 0.5, -0.03, 0.002],
    ]
    for _ in range(steps):
        for index, a in enumerate(bodies):
            for b in bodies[index + 1 :]:
                dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
                squared = dx * dx + dy * dy + dz * dz
                pull = 0.01 / (squared * squared**0.5)
                for axis, distance in ((3, dx), (4, dy), (5, dz)):
                    a[axis] -= distance * b[6] * pull
                    b[axis] += distance * a[6] * pull
        for body in bodies:
            for axis in range(3):
                body[axis] += 0.01 * body[axis + 3]
    return round(bodies[0][0], 9)


def words(count):
    seen, seed = {}, 7
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        word = "w%x" % (seed % 997)
        seen[word] = seen.get(word, 0) + 1
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:3]


def documents(rounds):
    value = {"list": [{"id": n, "name": "item %d" % n} for n in range(50)]}
    return sum(len(json.dumps(json.loads(json.dumps(value)))) for _ in range(rounds))


print(fannkuch(6), nbody(400), words(6000), documents(20))
