"""What a PDF needs to be PDF/UA as well as PDF/A, and WeasyPrint does not give it: an identifier, and quiet margins.

It knows the inside of WeasyPrint's and pydyf's objects; `render.pdf` alone uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

import pydyf
from weasyprint.pdf.metadata import NS, DocumentMetadata

_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_DESCRIPTION = f"{{{NS['rdf']}}}Description"
_ABOUT, _PARSE_TYPE = f"{{{NS['rdf']}}}about", f"{{{NS['rdf']}}}parseType"

for _name, _namespace in (("pdfaExtension", _EXTENSION), ("pdfaSchema", _SCHEMA), ("pdfaProperty", _PROPERTY)):
    register_namespace(_name, _namespace)


class AccessibleMetadata(DocumentMetadata):  # type: ignore[misc]
    """Metadata that claim PDF/UA-1 beside PDF/A, and are not compressed, so that any program can find them.

    PDF/A allows a property of another standard only with a description of it (ISO 19005-3, 6.6.2.3).
    """

    def include_in_pdf(self, pdf: Any, variant: str, version: int, conformance: str | None, compress: bool) -> None:
        """Write the metadata into a PDF."""
        del compress
        super().include_in_pdf(pdf, variant, version, conformance, compress=False)

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str | None) -> bytes:
        """Return the metadata as RDF, with the identifier of PDF/UA-1 and its description."""
        rdf = fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314 - our own XML
        identifier = SubElement(rdf, _DESCRIPTION, {_ABOUT: ""})
        SubElement(identifier, f"{{{NS['pdfuaid']}}}part").text = "1"
        description = SubElement(rdf, _DESCRIPTION, {_ABOUT: ""})
        bag = SubElement(SubElement(description, f"{{{_EXTENSION}}}schemas"), f"{{{NS['rdf']}}}Bag")
        schema = _structure(bag)
        for key, text in (("schema", "PDF/UA identification schema"), ("namespaceURI", NS["pdfuaid"])):
            SubElement(schema, f"{{{_SCHEMA}}}{key}").text = text
        SubElement(schema, f"{{{_SCHEMA}}}prefix").text = "pdfuaid"
        properties = SubElement(SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{NS['rdf']}}}Seq")
        part = _structure(properties)
        for key, text in (
            ("name", "part"),
            ("valueType", "Integer"),
            ("category", "internal"),
            ("description", "Which part of ISO 14289 the file follows"),
        ):
            SubElement(part, f"{{{_PROPERTY}}}{key}").text = text
        written: bytes = tostring(rdf, encoding="utf-8")
        return written


def _structure(parent: Element) -> Element:
    return SubElement(parent, f"{{{NS['rdf']}}}li", {_PARSE_TYPE: "Resource"})


def hide_margins(document: Any, pdf: Any) -> None:
    """Turn the running headers and footers into artefacts, which a screen reader passes over.

    WeasyPrint tags their text as content, though outside the document's tree (ISO 14289-1, 7.8, wants artefacts). It is
    a finisher of WeasyPrint's: called when all is drawn and nothing written.

    Parameters
    ----------
    document : weasyprint.Document
        What was drawn.
    pdf : pydyf.PDF
        What will be written.
    """
    del document
    root = _resolve(pdf, pdf.catalog["StructTreeRoot"])
    told = set(_walk(pdf, root))
    mapped = _resolve(pdf, root["ParentTree"])["Nums"]
    for number, page in enumerate(pdf.page_references):
        elements: list[Any] = mapped[2 * number + 1]
        hidden = [mcid for mcid, element in enumerate(elements) if element not in told]
        content = _resolve(pdf, _resolve(pdf, page)["Contents"]).stream
        begins = {part["MCID"]: at for at, part in enumerate(content) if isinstance(part, dict) and "MCID" in part}
        for mcid in hidden:
            at = begins[mcid]
            content[at - 1 : at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
            _resolve(pdf, elements[mcid]).clear()
            elements[mcid] = "null"


def _resolve(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _walk(pdf: Any, element: Any) -> Iterator[bytes]:
    """Give the references of all that is below an element of the structure tree."""
    for kid in element.get("K", ()):
        if isinstance(kid, bytes):
            yield kid
            yield from _walk(pdf, _resolve(pdf, kid))
