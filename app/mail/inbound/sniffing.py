"""What a file really is, by its first bytes, and whether that fits what it is called.

A short table instead of a library: docs/adr/0015. Types that matter are those that support mail brings, and programs,
whatever they are called.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_LOOKED_AT = 4096
_PDF_WITHIN = 1024
_DOS_HEADER = 64


@dataclass(frozen=True, slots=True)
class _Family:
    """Types that are as good as each other: a JPEG called .png harms nobody."""

    words: str
    types: re.Pattern[str]
    extensions: frozenset[str]


def _family(words: str, types: str, extensions: str) -> _Family:
    return _Family(words, re.compile(types), frozenset(extensions.split()))


_PROGRAM = _family(
    "a program",
    r"application/(?:vnd\.microsoft\.portable-executable|x-(?:ms-?do[sw].*|executable|mach-binary|sh(?:ellscript)?|elf|"
    r"msi.*|ms-shortcut|java-archive|sharedlib)|java-archive|vnd\.android\.package-archive)",
    "exe dll scr com pif cpl sys msi lnk jar apk sh bash command elf so bin run bat cmd app ocx",
)
_PICTURE = _family(
    "a picture",
    r"image/.*",
    "png jpg jpeg jpe jfif gif webp bmp tif tiff heic heif avif ico svg psd dng cr2 nef jxl",
)
_MEDIA = _family(
    "a film or sound",
    r"(?:video|audio)/.*|application/(?:ogg|mp4|x-mpegurl)",
    "mp4 m4v mov avi mkv webm 3gp 3g2 mpg mpeg wmv mp3 m4a wav ogg oga opus amr aac flac caf",
)
_DOCUMENT = _family(
    "a document",
    r"application/(?:pdf|x-pdf|acrobat|msword|rtf|vnd\.(?:ms-(?:excel|powerpoint|word|outlook|works|office).*|openxmlformats.*|"
    r"oasis.*|visio.*|apple\.(?:pages|numbers|keynote))|x-ole-storage|epub\+zip|x-iwork.*|postscript|illustrator)|text/rtf",
    "pdf doc dot docx docm xls xlsx xlsm xlsb ppt pptx pptm pps ppsx rtf odt ods odp odg msg vsd vsdx pub mpp epub pages "
    "numbers key eps ps ai xps oxps",
)
_ARCHIVE = _family(
    "an archive",
    r"application/(?:zip|x-zip.*|gzip|x-gzip|x-7z-compressed|(?:x-|vnd\.)rar|x-rar.*|x-tar|x-bzip2?|x-xz|zstd|vnd\.ms-cab.*|x-iso.*)",
    "zip gz tgz 7z rar tar bz2 xz zst cab iso img kmz pkpass ipa xpi",
)
_PAGE = _family("a web page", r"text/html|application/xhtml\+xml", "html htm xhtml mht mhtml shtml hta")
_FAMILIES = (_PROGRAM, _PICTURE, _MEDIA, _DOCUMENT, _ARCHIVE, _PAGE)

_EXE = "application/vnd.microsoft.portable-executable"
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\0\0\x01\0", "image/vnd.microsoft.icon"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0", "application/x-ms-shortcut"),
    (0, b"#!/", "application/x-sh"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (0, b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (257, b"ustar", "application/x-tar"),
    (8, b"AVI LIST", "video/x-msvideo"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (0, b"%!PS", "application/postscript"),
    (0, b'x\x9f>"', "application/ms-tnef"),
)
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"mif1", b"msf1", b"hevc"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    b"qt  ": "video/quicktime",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}
_HTML = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL
)
_SVG = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!(?:--|doctype svg).{0,500}?>\s*){0,3}<svg\b",
    re.IGNORECASE | re.DOTALL,
)
_MIMETYPE_IN_ZIP = re.compile(
    rb"^.{26}\x08\0..mimetype([a-z0-9.+/-]{5,80})PK|mimetype(application/[a-z0-9.+-]{3,70})PK", re.DOTALL
)


_TESTS: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: head.startswith(b"MZ") and len(head) > _DOS_HEADER, _EXE),
    (lambda head: head.startswith(b"BM") and head[6:10] == bytes(4), "image/bmp"),
    (lambda head: head[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"}, "audio/mpeg"),
    (lambda head: b"%PDF-" in head[:_PDF_WITHIN], "application/pdf"),
)


def sniff(content: bytes) -> str | None:
    """The media type that the bytes themselves show, or None where they show none (plain text shows none)."""
    head = content[:_LOOKED_AT]
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    return _sniff_container(head, content) or _sniff_text(head)


def _sniff_container(head: bytes, content: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return _sniff_zip(head, content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _sniff_ole(content)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return next((kind for is_it, kind in _TESTS if is_it(head)), None)


def _sniff_zip(head: bytes, content: bytes) -> str:
    if found := _MIMETYPE_IN_ZIP.search(head[:200]):
        return (found[1] or found[2]).decode("ascii")
    # The names stand at each file and once more at the end.
    names = head + content[-16384:]
    if b"[Content_Types].xml" in names or b"_rels/.rels" in names:
        for folder, kind in _OFFICE:
            if folder in names:
                return kind
    if b"AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    return "application/java-archive" if b"META-INF/MANIFEST.MF" in names else "application/zip"


def _sniff_ole(content: bytes) -> str:
    """The old Office container; stream names are UTF-16 in its directory, which lies anywhere."""
    for name, kind in (
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
    ):
        if name.encode("utf-16-le") in content:
            return kind
    return "application/x-ole-storage"


def _sniff_text(head: bytes) -> str | None:
    if _SVG.match(head):
        return "image/svg+xml"
    return "text/html" if _HTML.match(head) else None


def contradiction(filename: str, declared: str, real: str | None) -> str | None:
    """A sentence where a file's bytes are of another family than its name or its declared type says, or None."""
    found = _family_of_type(real or "")
    if found is None:
        return None
    claimed = _family_of_name(filename) or _family_of_type(declared)
    if claimed is None and found is _PROGRAM and declared.startswith("text/"):
        return f"The attachment {filename!r} says it is text, and it is a program."
    if claimed is None or claimed is found or _is_harmless(claimed, found):
        return None
    return f"The attachment {filename!r} says it is {claimed.words}, and it is {found.words} ({real})."


def _is_harmless(claimed: _Family, found: _Family) -> bool:
    # Documents are archives inside, and there are more kinds of them than this knows; a program that says so lies not.
    return (
        claimed is _PROGRAM
        or (claimed is _DOCUMENT and found is _ARCHIVE)
        or {claimed, found} <= {_PICTURE, _MEDIA}
    )


def _family_of_type(kind: str) -> _Family | None:
    return next((one for one in _FAMILIES if one.types.fullmatch(kind)), None)


def _family_of_name(filename: str) -> _Family | None:
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    return next((one for one in _FAMILIES if extension in one.extensions), None)
