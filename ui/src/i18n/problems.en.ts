/** Problems in plain language: what happened, what it means for the work, what to do. */

import { connectProblems } from './connectProblems.en';

export interface ProblemText {
  happened: string;
  means: string;
  todo: string;
}

const say = (happened: string, means: string, todo: string): ProblemText => ({
  happened,
  means,
  todo,
});

const SAFE = 'Nothing was changed.';

const problems: Readonly<Record<string, ProblemText>> = {
  book_locked: say(
    'Another program has this book open.',
    `${SAFE} Only one program can write at a time.`,
    'Close the other window or wait for its work to end, then try again.',
  ),
  book_missing: say(
    'The book is not where it was.',
    'Your data could not be opened.',
    'Put the file back, or open another book.',
  ),
  book_newer: say(
    'This book was made by a newer Tallywatt.',
    `${SAFE} An older program must not write into it.`,
    'Install the newer version and open the book again.',
  ),
  book_damaged: say(
    'The book cannot be read.',
    'Its file is damaged or is not a Tallywatt book.',
    'Restore the last backup; the damaged file was left as it is.',
  ),
  book_failed: say(
    'The book could not be read or written.',
    'The last step was not stored; everything before it is safe.',
    'Check free disk space and whether the file may be written, then try again.',
  ),
  book_not_written: say(
    'The book’s file could not be opened or written.',
    'The last step was not stored; everything before it is safe.',
    'Check free disk space and whether the folder may be written, then try again.',
  ),
  book_exists: say(
    'There is a book of this name already.',
    SAFE,
    'Choose another name, or open the book that is there.',
  ),
  not_a_book: say('This file is no Tallywatt book.', SAFE, 'Open a file that Tallywatt made.'),
  out_of_range: say(
    'A figure is too large to be kept.',
    SAFE,
    'Look for an amount or quantity with far too many digits.',
  ),
  nothing_supposed: say(
    'Nothing is supposed that could be kept.',
    SAFE,
    'Choose a tariff version, a time zone or a reading first.',
  ),
  file_not_written: say(
    'The file could not be saved.',
    'Nothing else changed.',
    'Choose another folder, or check free disk space.',
  ),
  unknown_row: say(
    'This record is not in the book.',
    'It may have been taken back or made again in the meantime.',
    'Go back to the list.',
  ),
  bad_request: say(
    'A condition was not understood.',
    SAFE,
    'Check the filter and the figures in it.',
  ),
  unknown_partner: say(
    'This partner is not in the book.',
    SAFE,
    'Choose a partner from the list, or add this one first.',
  ),
  partner_needed: say(
    'The file does not say whose records these are.',
    'They cannot be imported yet.',
    'Choose the partner above.',
  ),
  file_not_read: say(
    'The file could not be read.',
    SAFE,
    'Check that it is not open in another program and that it is a JSON, csv, xlsx, xls or ods file.',
  ),
  file_not_understood: say(
    'Tallywatt does not recognise this file.',
    SAFE,
    'Files that work: OCPI JSON (also gzipped), csv, xlsx, xls and ods with a heading row.',
  ),
  file_unclear: say(
    'The file can be read in more than one way.',
    `${SAFE} Nothing is guessed over.`,
    'Answer the questions above the file.',
  ),
  template_unfit: say(
    'The chosen template is for another kind of file.',
    `${SAFE} Too few of its columns are in this file.`,
    'Choose another template, or read the file anew.',
  ),
  unknown_template: say(
    'The partner has no template of this name any more.',
    SAFE,
    'Choose another template, or read the file anew.',
  ),
  no_rejects: say(
    'Every record of this import could be read.',
    'There is nothing to repair.',
    'Look at what was odd instead.',
  ),
  import_continued: say(
    'This import cannot be taken back yet: a later import continues it.',
    'The later one brought repaired rows of this file.',
    'Take the later import back first.',
  ),
  unknown_view: say(
    'This list is too old.',
    'The book has moved on since it was opened.',
    'Open the list again.',
  ),
  demo_not_issued: say(
    'The demo book could not be closed to the end.',
    'One of its months holds drafts that were not issued.',
    'Make the demo book again in an empty folder.',
  ),
  unknown_file: say(
    'The chosen file is not known any more.',
    SAFE,
    'Choose or drop the file again.',
  ),
  unknown_job: say('This work is over already.', SAFE, 'There is nothing to cancel.'),
  reason_missing: say(
    'A reason is missing.',
    'Every decision says why, so that the audit log can answer later.',
    'Write a short reason.',
  ),
  nothing_to_accept: say(
    'None of the selected CDRs has a difference to accept.',
    SAFE,
    'Select CDRs with the status Differs.',
  ),
  nothing_to_decide: say(
    'There is nothing here that this decision makes sense for.',
    SAFE,
    'What is settled, disputed or put aside stays so until that is undone. Choose other rows.',
  ),
  hold_over: say(
    'The day until which it would be put aside has begun already.',
    SAFE,
    'Choose a later day, or none: then it is put aside until you undo that.',
  ),
  session_of_other: say(
    'The session belongs to another partner.',
    SAFE,
    'Choose a session of the partner who is billed by this CDR.',
  ),
  linked_already: say(
    'The CDR is tied to this session already.',
    SAFE,
    'Choose another session, or leave it as it is.',
  ),
  not_linked: say(
    'The CDR belongs to none of our sessions already.',
    SAFE,
    'There is nothing to take apart; tie it to a session if it has one.',
  ),
  rule_known: say(
    'There is a rule with the same terms already.',
    SAFE,
    'Change the terms, or undo the other rule first.',
  ),
  nothing_to_sample: say(
    'No CDR of this month can go into a sample.',
    SAFE,
    'Choose a month with priced CDRs, or another format.',
  ),
  import_undone: say(
    'This import was taken back before.',
    SAFE,
    'Import the file again if its records should count.',
  ),
  import_billed: say(
    'This import cannot be taken back: its CDRs are on issued invoices.',
    'Issued invoices are frozen, and what they bill must stay to be seen.',
    'Correct the invoices with credit notes.',
  ),
  import_sent: say(
    'This import cannot be taken back: its records were sent to a partner.',
    'The partner has them and may have booked them.',
    'Correct single CDRs by credit CDRs.',
  ),
  import_known_again: say(
    'This import cannot be taken back yet: later imports hold the same records.',
    'Those records were stored once, with this import; the later ones would lose them.',
    'Take the later imports back first, beginning with the newest.',
  ),
  not_undoable: say(
    'This cannot be undone any more.',
    'Something later builds on it.',
    'Undo the later step first, or correct it with a credit note.',
  ),
  replay_moved: say(
    'The month is not what was shown any more.',
    'Facts, the agreement or a price changed since. Nothing was kept.',
    'Close this, look at the changes again, then adopt them.',
  ),
  replayed_since: say(
    'These CDRs were priced again since.',
    'Undoing this would put back results that newer ones replaced.',
    'Undo the newer replay first.',
  ),
  undone_already: say(
    'This was undone before.',
    SAFE,
    'Look at the audit log: the opposite decision stands there.',
  ),
  settled: say(
    'This cannot be undone any more.',
    'An issued invoice holds these CDRs, and issued invoices are frozen.',
    'Correct it with a credit note.',
  ),
  own_party: say(
    'This is our own party.',
    'We cannot be a partner of ourselves.',
    'Choose another country and party id.',
  ),
  issued_already: say(
    'This invoice was issued before.',
    'Issued invoices are frozen.',
    'Corrections are made with a credit note.',
  ),
  not_issued: say(
    'A draft has no files to hand out.',
    SAFE,
    'Issue the invoice first; its preview shows what will be sent.',
  ),
  checks_failed: say(
    'This draft cannot be issued yet.',
    'A check failed; the draft stays as it is and no number was used.',
    'Look at its checks, mend the cause and draft again.',
  ),
  date_before_last: say(
    'An invoice with a later date exists already.',
    'Numbers and dates of a series must rise together. No number was used.',
    'Check the date of this computer.',
  ),
  vat_undecided: say(
    'The VAT of a partner cannot be decided.',
    'No draft was made for it.',
    'Complete the countries and VAT numbers of both companies.',
  ),
  cdr_twice: say(
    'A CDR would be invoiced twice.',
    'No draft was made.',
    'Look at the CDRs of this month: one stands on an invoice already.',
  ),
  missing_glyph: say(
    'A letter cannot be printed.',
    'The font of the invoice has no sign for it, so no PDF was made. The figures are safe.',
    'Look for unusual letters in names and addresses.',
  ),
  pdf_failed: say(
    'The PDF could not be made.',
    'The figures are safe; only the document is missing.',
    'Try again. If it fails again, send us the details.',
  ),
  pdf_unreadable: say(
    'The PDF cannot be shown here.',
    'The document itself is safe; only this preview failed.',
    'Save it and open it with another program.',
  ),
  ...connectProblems,
  book_in_memory: say(
    'A book in memory has nothing beside it.',
    SAFE,
    'Open a book that lies in a file.',
  ),
  cancelled: say(
    'The work was cancelled.',
    'What was done until then is kept.',
    'Start it again to complete it.',
  ),
  not_allowed: say(
    'This window may not do that.',
    `${SAFE} The app refuses commands it does not expect.`,
    'Restart Tallywatt. If it happens again, send us the details.',
  ),
};

const UNEXPECTED = say(
  'Something went wrong that should not.',
  'Your data is safe: each step is stored whole or not at all.',
  'Try again. If it happens again, send us the details below.',
);

export function problemText(code: string): ProblemText {
  return problems[code] ?? UNEXPECTED;
}

export function hasProblemText(code: string): boolean {
  return code in problems;
}
