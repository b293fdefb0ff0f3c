package io.sluice.proxy.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterFuzzTest {

    private static final int DOCUMENTS = 10_000;

    private static final List<String> SEGMENTS = List.of(
            "a", "b", "ab", "_id", "items", "é", "x y", "*", "**", "a*", "*b", "*a*", "a*c", "_*d", "\uD83D\uDE00");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesWhatATreeWouldLeave(boolean pretty) throws UnreadableAnswerException {
        SplittableRandom random = new SplittableRandom(pretty ? 20 : 4);
        for (int document = 0; document < DOCUMENTS; document++) {
            Tree.Fields tree = Tree.random(random, 6);
            String filterPath = filterPath(random);

            String filtered = filter(text(tree, pretty), filterPath, random);

            assertThat(filtered)
                    .as("%s of %s", filterPath, tree.compact())
                    .isEqualTo(text(new TreeFilter(filterPath).filter(tree), pretty));
        }
    }

    private static String text(Tree.Fields tree, boolean pretty) {
        return pretty ? tree.pretty("") + "\n" : tree.compact();
    }

    private static String filterPath(RandomGenerator random) {
        return IntStream.range(0, 1 + random.nextInt(4))
                .mapToObj(element -> (random.nextInt(3) == 0 ? "-" : "")
                        + IntStream.range(0, 1 + random.nextInt(4))
                                .mapToObj(segment -> SEGMENTS.get(random.nextInt(SEGMENTS.size())))
                                .collect(Collectors.joining(".")))
                .collect(Collectors.joining(","));
    }

    /** In pieces of random length. */
    private static String filter(String text, String filterPath, RandomGenerator random)
            throws UnreadableAnswerException {
        CollectedAnswer collected = new CollectedAnswer();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        FilterPaths paths = FilterPaths.parse(filterPath).orElseThrow();
        try (AnswerFilter filter = new AnswerFilter(paths, AnswerFormat.JSON, ContentCoding.IDENTITY, 200, collected)) {
            for (int from = 0; from < body.length; ) {
                int length = Math.min(body.length - from, random.nextInt(random.nextBoolean() ? 5 : 3000));
                filter.append(ByteBuffer.wrap(body, from, length));
                from += length;
            }
            filter.end();
        }
        return collected.text();
    }
}
