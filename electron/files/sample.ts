export const SAMPLE_NAME = 'sample-questions.csv';

/** The sample batch that ships with Tasklane: varied short questions, a few of them sums. */
export const sampleCsv = `id,topic,question
q01,arithmetic,What is 17 + 25?
q02,arithmetic,What is 128 + 256?
q03,arithmetic,What is 999 + 1?
q04,arithmetic,What is 12 * 12?
q05,astronomy,Why does the Moon always show us the same side?
q06,astronomy,"How long does sunlight take to reach the Earth, and why?"
q07,biology,How do plants turn light into sugar?
q08,biology,Why do cats land on their feet?
q09,chemistry,Why does ice float on water?
q10,chemistry,"What makes bread rise: yeast, heat or both?"
q11,geography,Which rivers flow through more than five countries?
q12,geography,Why are there deserts next to some oceans?
q13,history,What changed when the printing press spread through Europe?
q14,history,How did people tell the time before clocks?
q15,language,"What is the difference between ""affect"" and ""effect""?"
q16,language,How do children learn grammar without lessons?
q17,programming,When is a queue a better choice than a stack?
q18,programming,What does it mean that a function is pure?
q19,programming,"Explain the difference between concurrency and parallelism, with one example."
q20,cooking,Why is pasta water salted?
q21,cooking,How do you rescue a sauce that has split?
q22,music,Why does a minor chord sound sad to many listeners?
q23,economics,What is inflation in one paragraph?
q24,economics,Why do queues at supermarkets never seem to be even?
`;
