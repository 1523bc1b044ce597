"""The attributes that are read of a DICOM file: none that says who, when or where, but for grouping."""

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")

# What the pixels are and how they are to be shown.
PICTURE = (
    "SOPClassUID", "Modality", "ImageType", "BurnedInAnnotation", "SpecificCharacterSet",
    "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelPaddingValue", "PixelPaddingRangeLimit",
    "RescaleSlope", "RescaleIntercept", "RescaleType", "ModalityLUTSequence",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData", "SegmentedRedPaletteColorLookupTableData",
    "SegmentedGreenPaletteColorLookupTableData", "SegmentedBluePaletteColorLookupTableData",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
)  # fmt: skip

# Where a slice lies.
PLACE = (
    "ImagePositionPatient", "ImageOrientationPatient", "PatientOrientation", "PixelSpacing", "ImagerPixelSpacing",
    "NominalScannedPixelSpacing", "PixelAspectRatio", "SliceThickness", "SpacingBetweenSlices",
)  # fmt: skip

# What divides the slices of a folder; these are compared, never said.
DIVISION = (
    "SeriesInstanceUID", "SeriesNumber", "SOPInstanceUID", "TemporalPositionIdentifier", "AcquisitionNumber",
    "EchoNumbers", "EchoTime", "DiffusionBValue", "TriggerTime", "AcquisitionTime",
)  # fmt: skip

# Read for a salted hash alone.
PATIENT = ("PatientID", "IssuerOfPatientID", "PatientName")
