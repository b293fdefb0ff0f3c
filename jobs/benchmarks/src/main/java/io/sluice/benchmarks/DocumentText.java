package io.sluice.benchmarks;

import java.util.SplittableRandom;

/**
 * Writes documents of about 1 KB: a book's entry, in words some of which are much more frequent than
 * others, as in any language, so that compression and analysis have what they have in real life.
 *
 * <p>The same seed gives the same documents. Belongs to one thread.
 */
public final class DocumentText {

    static final String MAPPINGS = """
            {"dynamic":"strict","properties":{
              "title":{"type":"text"},"author":{"type":"keyword"},"published":{"type":"date"},
              "tags":{"type":"keyword"},"pages":{"type":"integer"},"rating":{"type":"float"},
              "text":{"type":"text"},"attachment":{"type":"object","enabled":false}}}""";

    private static final int WORDS = 8_000;
    private static final long WORDS_SEED = 17;
    private static final String[] SYLLABLES = {
        "ba", "cor", "den", "el", "fi", "gan", "hol", "is", "ju", "ker", "lo", "mi", "nor", "os", "pel", "qua", "ri",
        "sen", "ta", "ul", "ver", "wa", "xi", "yor", "ze", "st", "tr", "sch", "ng", "é"
    };
    private static final String[] VOCABULARY = vocabulary();

    private static final int FEWEST_TEXT_BYTES = 550;
    private static final int TEXT_BYTES_SPREAD = 560;

    private final SplittableRandom random;

    /** Documents that no other seed gives. */
    public DocumentText(long seed) {
        this.random = new SplittableRandom(seed);
    }

    private static String[] vocabulary() {
        SplittableRandom random = new SplittableRandom(WORDS_SEED);
        String[] words = new String[WORDS];
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int syllables = 1 + random.nextInt(4); syllables > 0; syllables--) {
                word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
            }
            words[i] = word.toString();
        }
        return words;
    }

    /** The cube makes a fifth of all words come from one in a hundred. */
    private String word() {
        double place = random.nextDouble();
        return VOCABULARY[(int) (WORDS * place * place * place)];
    }

    /** One document, as JSON in one line. */
    public String next() {
        StringBuilder json = new StringBuilder(1500);
        json.append("{\"title\":\"");
        words(json, 20 + random.nextInt(40));
        json.append("\",\"author\":\"").append(word()).append(' ').append(word());
        json.append("\",\"published\":\"%d-%02d-%02dT%02d:%02d:%02d.%03dZ"
                .formatted(
                        1970 + random.nextInt(55),
                        1 + random.nextInt(12),
                        1 + random.nextInt(28),
                        random.nextInt(24),
                        random.nextInt(60),
                        random.nextInt(60),
                        random.nextInt(1000)));
        json.append("\",\"tags\":[\"")
                .append(word())
                .append("\",\"")
                .append(word())
                .append("\",\"")
                .append(word());
        json.append("\"],\"pages\":").append(random.nextInt(1200));
        json.append(",\"rating\":").append(random.nextInt(100) / 10.0);
        json.append(",\"text\":\"");
        words(json, FEWEST_TEXT_BYTES + random.nextInt(TEXT_BYTES_SPREAD));
        return json.append("\"}").toString();
    }

    /** One document of about so many bytes. */
    String large(long bytes) {
        StringBuilder json = new StringBuilder(Math.toIntExact(bytes) + 4096);
        json.append("{\"title\":\"one large document\",\"attachment\":{\"parts\":[");
        while (json.length() < bytes) {
            json.append(json.charAt(json.length() - 1) == '[' ? "\"" : ",\"");
            words(json, (int) Math.min(1 << 20, bytes - json.length()));
            json.append('"');
        }
        return json.append("]}}").toString();
    }

    private void words(StringBuilder json, int characters) {
        int end = json.length() + characters;
        json.append(word());
        while (json.length() < end) {
            json.append(' ').append(word());
        }
    }
}
