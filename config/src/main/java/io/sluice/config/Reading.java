package io.sluice.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reading of one file: where its relative paths start, what its placeholders stand for, what is wrong with it, and
 * which keys were asked for.
 */
final class Reading {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}]*)}");
    private static final Pattern KNOWN = Pattern.compile("(env|file):(.+)");
    private static final int MAX_FILE_BYTES = 64 * 1024;

    private final Path folder;
    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Key> keys = new ArrayList<>();
    private final boolean describing;

    private Reading(Path folder, Map<String, String> environment, boolean describing) {
        this.folder = folder;
        this.environment = environment;
        this.describing = describing;
    }

    static Reading of(Path folder, Map<String, String> environment) {
        return new Reading(folder, environment, false);
    }

    /** One that walks into every section, so that every key is asked for, and minds no problem. */
    static Reading describing() {
        return new Reading(Path.of("."), Map.of(), true);
    }

    boolean isDescribing() {
        return describing;
    }

    void asked(Key key) {
        if (describing) {
            keys.add(key);
        }
    }

    List<Key> keys() {
        return List.copyOf(keys);
    }

    List<Problem> problems() {
        return problems;
    }

    void problem(String path, int line, String message) {
        problems.add(new Problem(path, line, message));
    }

    /** A path of the file's, seen from the file's own folder. */
    Path resolve(String path) {
        return folder.resolve(path).toAbsolutePath().normalize();
    }

    static boolean holdsPlaceholder(String text) {
        return PLACEHOLDER.matcher(text).find();
    }

    /**
     * Replaces {@code ${env:NAME}} and {@code ${file:path}}; the trailing line break of such a file is not part of it.
     *
     * @throws UnresolvedException with a message that names the placeholder and never a value
     */
    String substituted(String text) throws UnresolvedException {
        Matcher placeholders = PLACEHOLDER.matcher(text);
        StringBuilder result = new StringBuilder();
        while (placeholders.find()) {
            placeholders.appendReplacement(result, Matcher.quoteReplacement(value(placeholders.group(1))));
        }
        return placeholders.appendTail(result).toString();
    }

    private String value(String placeholder) throws UnresolvedException {
        Matcher form = KNOWN.matcher(placeholder);
        if (!form.matches()) {
            throw new UnresolvedException("${" + placeholder + "} is not known. Write ${env:NAME} or ${file:path}.");
        }
        return form.group(1).equals("env") ? variable(form.group(2)) : content(form.group(2));
    }

    private String variable(String name) throws UnresolvedException {
        String value = environment.get(name);
        if (value == null) {
            throw new UnresolvedException(
                    "The environment variable " + name + " is not set. Set it, or write ${file:path}.");
        }
        return value;
    }

    private String content(String name) throws UnresolvedException {
        try {
            Path file = resolve(name);
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new UnresolvedException(
                        file + " is larger than " + MAX_FILE_BYTES + " bytes: not a single value.");
            }
            return Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException unreadable) {
            throw new UnresolvedException("Cannot read the file of ${file:" + name + "}: "
                    + unreadable.getClass().getSimpleName() + ". Is it there, and may this user read it?");
        }
    }

    /** A placeholder that stands for nothing. */
    static final class UnresolvedException extends Exception {
        private final String reason;

        UnresolvedException(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
