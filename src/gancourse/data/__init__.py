"""Pictures and toy points: `load` a named set or a folder, take `batches` of it, to tensors and back."""

from gancourse.data.faces import Faces, draw_face_pairs, draw_faces, paste_masks
from gancourse.data.imageset import Captioned, ImageSet, Pairs
from gancourse.data.loading import fetch, import_set, load, load_captions, load_pairs
from gancourse.data.originals import load_originals
from gancourse.data.shapes import Shapes, draw_shapes
from gancourse.data.tensors import batches, to_batch, to_pictures
from gancourse.data.toys import Points, grid, mixture_1d, ring
from gancourse.data.twins import Twins, draw_twins, rule_report, twin_colours

__all__ = [
    "Captioned",
    "Faces",
    "ImageSet",
    "Pairs",
    "Points",
    "Shapes",
    "Twins",
    "batches",
    "draw_face_pairs",
    "draw_faces",
    "draw_shapes",
    "draw_twins",
    "fetch",
    "grid",
    "import_set",
    "load",
    "load_captions",
    "load_originals",
    "load_pairs",
    "mixture_1d",
    "paste_masks",
    "ring",
    "rule_report",
    "to_batch",
    "to_pictures",
    "twin_colours",
]
