/** A one-page PDF with a line of text, to see the viewer draw something. */

const TEXT = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 74>>stream
BT /F 22 Tf 60 770 Td (Invoice 2026-0110) Tj 0 -30 Td (EUR 3 645.10) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;

export const SAMPLE_PDF = btoa(TEXT);
