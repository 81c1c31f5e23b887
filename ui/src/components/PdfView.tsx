/**
 * A PDF drawn page by page. WebKitGTK shows no PDF in a frame, so pdf.js draws it, with its worker
 * from our own files and without `eval`.
 */

import { ZoomIn, ZoomOut } from 'lucide-react';
import {
  GlobalWorkerOptions,
  getDocument,
  type PDFDocumentProxy,
  type RenderTask,
} from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { asProblem, type Problem } from '@/api/client';
import { t } from '@/i18n';
import { testid } from '@/lib/testids';
import { IconButton } from './Button';
import { ProblemPanel } from './ProblemPanel';

GlobalWorkerOptions.workerSrc = workerUrl;

/** CSS pixels across an A4 page at zoom 1. */
const PAGE_WIDTH = 720;
const ZOOMS = [0.6, 0.8, 1, 1.25, 1.5, 2];

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

export interface PdfViewProps {
  name: string;
  base64: string;
}

export default function PdfView({ name, base64 }: PdfViewProps) {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [zoom, setZoom] = useState(2);
  useEffect(() => {
    const loading = getDocument({ data: bytesOf(base64), isEvalSupported: false });
    loading.promise.then(setPdf).catch((thrown: unknown) => {
      if (!loading.destroyed) setProblem({ ...asProblem(thrown), code: 'pdf_unreadable' });
    });
    return () => {
      setPdf(null);
      void loading.destroy();
    };
  }, [base64]);
  if (problem) return <ProblemPanel problem={problem} />;
  return (
    <div className="pdf" data-testid={testid.pdf} data-name={name} data-pages={pdf?.numPages}>
      <div className="pdf-tools">
        <span className="muted small" data-testid={testid.pdfPageCount}>
          {name}
        </span>
        <span className="grow" />
        <IconButton
          label={t.settle.zoomOut}
          icon={<ZoomOut size={15} aria-hidden />}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        />
        <IconButton
          label={t.settle.zoomIn}
          icon={<ZoomIn size={15} aria-hidden />}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        />
      </div>
      <div className="pdf-pages">
        {pdf &&
          Array.from({ length: pdf.numPages }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number
            <Page key={i} pdf={pdf} number={i + 1} zoom={ZOOMS[zoom] ?? 1} />
          ))}
      </div>
    </div>
  );
}

interface PageProps {
  pdf: PDFDocumentProxy;
  number: number;
  zoom: number;
}

/** Draws its page when it comes near the part in sight. */
function Page({ pdf, number, zoom }: PageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(number === 1);
  const [state, setState] = useState<'waiting' | 'drawn'>('waiting');
  const width = PAGE_WIDTH * zoom;

  useEffect(() => {
    const element = canvas.current;
    if (!element || near) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);

  useEffect(() => {
    const element = canvas.current;
    if (!element || !near) return;
    let task: RenderTask | undefined;
    let wanted = true;
    void pdf.getPage(number).then((page) => {
      const context = element.getContext('2d');
      if (!wanted || !context) return;
      const sharp = Math.max(1, window.devicePixelRatio || 1);
      const natural = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: (width / natural.width) * sharp });
      element.width = Math.round(viewport.width);
      element.height = Math.round(viewport.height);
      element.style.height = `${Math.round(viewport.height / sharp)}px`;
      task = page.render({ canvasContext: context, viewport });
      task.promise.then(
        () => setState('drawn'),
        () => {
          // Drawing was stopped because another zoom was asked for.
        },
      );
    });
    return () => {
      wanted = false;
      task?.cancel();
    };
  }, [pdf, number, width, near]);

  return (
    <canvas
      ref={canvas}
      className="pdf-page"
      style={{ width, minHeight: state === 'waiting' ? width * Math.SQRT2 : undefined }}
      aria-label={t.settle.page(number, pdf.numPages)}
      role="img"
      data-testid={testid.pdfPage}
      data-state={state}
    />
  );
}
