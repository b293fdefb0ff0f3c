package io.sluice.proxy.answer;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The answer that a client asked for, while the source was asked for all of it. */
public final class AskedAnswer {

    private final FilterPaths paths;

    AskedAnswer(FilterPaths paths) {
        this.paths = paths;
    }

    /**
     * Makes the filter for an answer that has a body.
     *
     * @param status of the answer
     * @param headers of the answer. Their {@code Content-Encoding} stays true of what the filter gives; {@code
     *     Content-Length} and {@code Transfer-Encoding} do not
     * @param sink gets the body
     * @return nothing if the answer is to be passed on as it is, since it is in no format that could be filtered; then the
     *     client gets more than it asked for
     */
    public Optional<AnswerFilter> filter(int status, HeaderValues headers, AnswerSink sink) {
        Optional<AnswerFormat> format = AnswerFormat.of(last(headers.of("Content-Type")));
        Optional<ContentCoding> coding = ContentCoding.of(last(headers.of("Content-Encoding")));
        if (format.isEmpty()
                || coding.isEmpty()
                || headers.of("Content-Encoding").size() > 1) {
            return Optional.empty();
        }
        return Optional.of(new AnswerFilter(paths, format.get(), coding.get(), status, sink));
    }

    private static String last(List<String> values) {
        return values.isEmpty() ? "" : values.get(values.size() - 1).trim().toLowerCase(Locale.ROOT);
    }
}
