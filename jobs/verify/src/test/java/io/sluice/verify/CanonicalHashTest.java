package io.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import io.sluice.source.DocumentPage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalHashTest {

    private static final int ROUNDS = 3_000;
    private static final long SEED = 20_261_130;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2}|{\"b\":2,\"a\":1}",
                "{\"a\":{\"c\":[1,2],\"d\":null}}|{ \"a\" : {\"d\":null,\t\"c\" : [ 1 , 2 ] } }",
                "\"\\u00e9\\u0041\"|\"éA\"",
                "{\"\\u0061\":\"\\/\"}|{\"a\":\"/\"}",
                "\"\\ud83d\\ude00\"|\"😀\"",
            })
    void whatMeansTheSameIsTheSame(String one, String other) throws IOException {
        assertThat(hash(one)).isEqualTo(hash(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1|1.0",
                "1.5|1.50",
                "100|1e2",
                "0|-0",
                "1|\"1\"",
                "null|\"null\"",
                "true|false",
                "{}|[]",
                "[]|[[]]",
                "[1,2]|[2,1]",
                "[1,[2]]|[[1],2]",
                "[null]|[]",
                "{\"a\":null}|{}",
                "{\"a\":1,\"b\":2}|{\"a\":2,\"b\":1}",
                "{\"a\":{\"b\":1}}|{\"a.b\":1}",
                "{\"a\":{\"b\":1},\"c\":{}}|{\"a\":{},\"c\":{\"b\":1}}",
                "{\"a\":\"b\"}|{\"b\":\"a\"}",
                "\"ab\"|\"ba\"",
                "\"\"|\"\\u0000\"",
                "12345678901234567890123|12345678901234567890124",
            })
    void whatDiffersIsDifferent(String one, String other) throws IOException {
        assertThat(hash(one)).isNotEqualTo(hash(other));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 9_000})
    void depthTakesNoStack(int depth) throws IOException {
        String deep = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);

        assertThat(hash(deep)).isEqualTo(hash(deep)).isNotEqualTo(hash(deep.replace('1', '2')));
    }

    @Test
    void theParserStandsBehindTheValue() throws IOException {
        try (JsonParser in = DocumentPage.JSON.createParser("[{\"a\":[1]},2]")) {
            in.nextToken();
            in.nextToken();
            new CanonicalHash().of(in);

            assertThat(in.nextToken()).hasToString("VALUE_NUMBER_INT");
            assertThat(in.getIntValue()).isEqualTo(2);
        }
    }

    @Test
    void anyDocumentIsItselfInAnyOrderAndWithAnyWhiteSpaceAndNoOther() throws IOException {
        Random random = new Random(SEED);
        Set<List<Long>> all = new HashSet<>();
        Set<String> texts = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            Object value = value(random, 0);
            String plain = text(value, null);
            List<Long> hash = hash(plain);

            assertThat(hash(text(value, random))).as("seed %d: %s", SEED, plain).isEqualTo(hash);
            if (texts.add(plain)) {
                assertThat(all.add(hash)).as("seed %d: %s", SEED, plain).isTrue();
            }
        }
    }

    @Test
    void oneDigitOfAnyDocumentCounts() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder(text(value(random, 0), null));
            List<Long> before = hash(text.toString());
            List<Integer> digits = new ArrayList<>();
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) >= '1' && text.charAt(i) <= '8') {
                    digits.add(i);
                }
            }
            if (!digits.isEmpty()) {
                int at = digits.get(random.nextInt(digits.size()));
                text.setCharAt(at, (char) (text.charAt(at) + 1));

                assertThat(hash(text.toString())).as("seed %d: %s", SEED, text).isNotEqualTo(before);
            }
        }
    }

    private static List<Long> hash(String json) throws IOException {
        CanonicalHash hash = new CanonicalHash();
        try (JsonParser in = DocumentPage.JSON.createParser(json.getBytes(StandardCharsets.UTF_8))) {
            in.nextToken();
            hash.of(in);
        }
        return List.of(hash.high(), hash.low());
    }

    /** A map, a list, or a scalar as it stands in JSON. */
    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 4 : 7)) {
            case 0 -> String.valueOf(random.nextInt(1_000) - 500);
            case 1 -> random.nextInt(100) + "." + random.nextInt(10_000);
            case 2 -> random.nextBoolean() ? "null" : String.valueOf(random.nextBoolean());
            case 3 -> "\"" + word(random) + "\"";
            case 4 -> list(random, depth);
            default -> map(random, depth);
        };
    }

    private static List<Object> list(Random random, int depth) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(value(random, depth + 1));
        }
        return list;
    }

    private static Map<String, Object> map(Random random, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(word(random), value(random, depth + 1));
        }
        return map;
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            word.append("abcxyz0189 ._-éß漢".charAt(random.nextInt(17)));
        }
        return word.toString();
    }

    /** @param random for another order, white space and escapes; null for none of that */
    private static String text(Object value, @Nullable Random random) {
        String gap = random == null ? "" : List.of("", " ", "\n", "\t ").get(random.nextInt(4));
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((key, member) ->
                    members.add(gap + escaped("\"" + key + "\"", random) + gap + ":" + text(member, random)));
            if (random != null) {
                Collections.shuffle(members, random);
            }
            return "{" + String.join(",", members) + gap + "}";
        }
        if (value instanceof List<?> list) {
            return "["
                    + String.join(
                            ",", list.stream().map(one -> text(one, random)).toList()) + gap + "]";
        }
        return gap + escaped(value.toString(), random) + gap;
    }

    private static String escaped(String scalar, @Nullable Random random) {
        if (random == null || !scalar.startsWith("\"") || random.nextBoolean()) {
            return scalar;
        }
        StringBuilder text = new StringBuilder("\"");
        for (char c : scalar.substring(1, scalar.length() - 1).toCharArray()) {
            text.append(random.nextInt(3) == 0 ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return text.append('"').toString();
    }
}
