package io.sluice.capture.topic;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes secrets out of texts. Kafka hides its own in what it logs, but not in what it says of settings that it cannot read. */
final class KafkaSecrets {

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(password|secret|jaas\\.config|keystore\\.key|token).*");

    /** Values within a login module's options. */
    private static final Pattern OPTION = Pattern.compile("(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;\"']+))");

    /** What everybody may know, and what is too short to be found without tearing texts apart. */
    private static final Pattern PUBLIC_OPTION = Pattern.compile("(?i)user(name)?|debug|.*profile.*|.*role.*");

    private static final int SHORTEST = 3;

    private final List<String> secrets;

    KafkaSecrets(Map<String, String> kafka) {
        Set<String> found = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        kafka.forEach((name, value) -> {
            if (SECRET_NAME.matcher(name).matches()) {
                found.add(value);
                addOptions(value, found);
            }
        });
        found.removeIf(secret -> secret.length() < SHORTEST);
        secrets = List.copyOf(found);
    }

    private static void addOptions(String loginModule, Set<String> found) {
        Matcher options = OPTION.matcher(loginModule);
        while (options.find()) {
            for (int group = 2; group <= options.groupCount(); group++) {
                String value = options.group(group);
                if (value != null && !PUBLIC_OPTION.matcher(options.group(1)).matches()) {
                    found.add(value);
                }
            }
        }
    }

    String hide(String text) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = hidden.replace(secret, "***");
        }
        return hidden;
    }
}
