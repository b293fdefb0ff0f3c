package io.sluice.proxy.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import com.fasterxml.jackson.dataformat.smile.SmileGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A format that can be read as it arrives, and written as the servers write it. CBOR and YAML cannot. */
final class AnswerFormat {

    static final AnswerFormat JSON =
            new AnswerFormat("JSON", bounded(new JsonFactoryBuilder()).build());
    static final AnswerFormat SMILE = new AnswerFormat(
            "SMILE",
            bounded(SmileFactory.builder())
                    .disable(SmileGenerator.Feature.ENCODE_BINARY_AS_7BIT)
                    .build());

    /** An answer can quote a document: as deep, and with strings as long, as the servers take them. */
    private static final int DEEPEST = 10_000;

    private static final int LONGEST_STRING = 100 * 1024 * 1024;
    private static final int LONGEST_NAME = 1024 * 1024;
    private static final int LONGEST_NUMBER = 1024 * 1024;

    private final String name;
    private final JsonFactory factory;

    private AnswerFormat(String name, JsonFactory factory) {
        this.name = name;
        this.factory = factory;
    }

    /**
     * The format of an answer.
     *
     * @param contentType in lower case
     */
    static Optional<AnswerFormat> of(String contentType) {
        String mediaType = contentType.split(";", 2)[0].trim();
        return switch (mediaType) {
            case "application/json", "application/vnd.elasticsearch+json" -> Optional.of(JSON);
            case "application/smile", "application/vnd.elasticsearch+smile" -> Optional.of(SMILE);
            default -> Optional.empty();
        };
    }

    /** A parser that is fed with arrays of bytes. */
    JsonParser parser() throws IOException {
        return factory.createNonBlockingByteArrayParser();
    }

    /** A generator that leaves its target open. */
    JsonGenerator generator(OutputStream target, boolean pretty) throws IOException {
        JsonGenerator generator = factory.createGenerator(target);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
        if (pretty) {
            DefaultIndenter lines = new DefaultIndenter("  ", "\n");
            generator.setPrettyPrinter(
                    new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines));
        }
        return generator;
    }

    private static <F extends JsonFactory, B extends TSFBuilder<F, B>> B bounded(B builder) {
        return builder.streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(LONGEST_STRING)
                        .maxNameLength(LONGEST_NAME)
                        .maxNumberLength(LONGEST_NUMBER)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .build())
                // Names of a user's fields must not stay in the JVM's table.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }

    @Override
    public String toString() {
        return name;
    }
}
