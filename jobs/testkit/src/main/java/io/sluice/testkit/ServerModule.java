package io.sluice.testkit;

import java.util.List;

/**
 * A module that the published server lacks and that is put together from jars.
 *
 * @param className the plugin class that the server loads
 * @param extended the modules that it extends
 * @param jars what goes into its folder: nothing that the server's own lib folder has
 * @param permissions what the server's security manager must grant it, as in a policy file
 */
record ServerModule(
        String name, String className, List<String> extended, List<Coordinates> jars, List<String> permissions) {

    static ServerModule of(String name, String className, List<Coordinates> jars) {
        return new ServerModule(name, className, List.of(), jars, List.of());
    }

    ServerModule extending(String module) {
        return new ServerModule(name, className, List.of(module), jars, permissions);
    }

    ServerModule permitted(String... granted) {
        return new ServerModule(name, className, extended, jars, List.of(granted));
    }

    /** The file {@code plugin-descriptor.properties}. */
    String descriptor(Distribution distribution) {
        return """
                name=%s
                description=%s
                version=%s
                classname=%s
                java.version=1.8
                %s.version=%s
                extended.plugins=%s
                has.native.controller=false
                """.formatted(
                        name,
                        name,
                        distribution.version(),
                        className,
                        distribution.product().lowerCase(),
                        distribution.version(),
                        String.join(",", extended));
    }

    /** The file {@code plugin-security.policy}. */
    String policy() {
        StringBuilder policy = new StringBuilder("grant {\n");
        permissions.forEach(
                permission -> policy.append("  permission ").append(permission).append(";\n"));
        return policy.append("};\n").toString();
    }
}
