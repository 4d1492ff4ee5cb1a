"""Bins of split pixels in double precision, from the definition: a pixel's share of a bin is the part of its box, or of the polygon of its
corners in (radius, azimuth), that lies in the bin. Slow, for a few bins; what is left to doubt when two programs differ.
"""

import numpy

# The upper end of the range is inside, as pyFAI has it.
WIDENED = 1 + float(numpy.finfo("float32").eps)


class Pixels:
    """Positions of pixels and corners in q (1/nm) and azimuth (rad), of a flat detector (pyFAI's PONI geometry)."""

    def __init__(self, place, shape):
        self.place, self.shape = place, shape
        slow, fast = numpy.mgrid[: shape[0], : shape[1]].astype(float)
        self.centre = self.polar(slow + 0.5, fast + 0.5)[0].ravel()
        corners = [self.polar(slow + a, fast + b) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
        self.radius = numpy.stack([corner[0].ravel() for corner in corners], -1)
        self.azimuth = numpy.stack([corner[1].ravel() for corner in corners], -1)
        # A pixel on the negative axis is one piece.
        wraps = numpy.ptp(self.azimuth, axis=1) > numpy.pi
        self.azimuth[wraps] += numpy.where(self.azimuth[wraps] < 0, 2 * numpy.pi, 0)
        self.half = numpy.abs(self.radius - self.centre[:, None]).max(1)

    def polar(self, slow, fast):
        place, orientation = self.place, int(self.place.get("orientation", 3))
        d1 = (self.shape[0] - slow if orientation in (1, 2) else slow) * place["pixel1"] - place["poni1"]
        d2 = (self.shape[1] - fast if orientation in (1, 4) else fast) * place["pixel2"] - place["poni2"]
        (s1, s2, s3), (c1, c2, c3) = ([f(place[f"rot{axis}"]) for axis in (1, 2, 3)] for f in (numpy.sin, numpy.cos))
        d3 = place["dist"]
        x1 = d1 * c2 * c3 + d2 * (c3 * s1 * s2 - c1 * s3) - d3 * (c1 * c3 * s2 + s1 * s3)
        x2 = d1 * c2 * s3 + d2 * (c1 * c3 + s1 * s2 * s3) - d3 * (-c3 * s1 + c1 * s2 * s3)
        x3 = d1 * s2 - d2 * c2 * s1 + d3 * c1 * c2
        theta = numpy.arctan2(numpy.hypot(x1, x2), x3) / 2
        return 4e-9 * numpy.pi / place["wavelength"] * numpy.sin(theta), numpy.arctan2(x1, x2)

    def shares(self, splitting, low, high, valid):
        """Pixels that have a part of the bin, and which part of each that is."""
        if splitting == "bbox":
            first, last = self.centre - self.half, self.centre + self.half
            pixels = numpy.nonzero((last > low) & (first < high) & valid)[0]
            inside = numpy.minimum(last[pixels], high) - numpy.maximum(first[pixels], low)
            return pixels, inside / (last - first)[pixels]
        pixels = numpy.nonzero((self.radius.max(1) > low) & (self.radius.min(1) < high) & valid)[0]
        return pixels, numpy.array([self.part(pixel, low, high) for pixel in pixels])

    def part(self, pixel, low, high):
        # Around its centre, or the areas would be small differences of large numbers.
        centre = self.radius[pixel].mean(), self.azimuth[pixel].mean()
        polygon = list(zip(self.radius[pixel] - centre[0], self.azimuth[pixel] - centre[1]))
        inside = clip(clip(polygon, low - centre[0], True), high - centre[0], False)
        return area(inside) / area(polygon)


def clip(polygon, edge, above):
    """The part of a convex polygon on one side of a radius (Sutherland and Hodgman 1974, doi:10.1145/360767.360802)."""
    kept = []
    for before, here in zip(polygon[-1:] + polygon[:-1], polygon):
        if (before[0] >= edge) != (here[0] >= edge):
            along = (edge - before[0]) / (here[0] - before[0])
            kept.append((edge, before[1] + along * (here[1] - before[1])))
        if (here[0] >= edge) == above:
            kept.append(here)
    return kept


def area(polygon):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon[-1:] + polygon[:-1], polygon))) / 2
