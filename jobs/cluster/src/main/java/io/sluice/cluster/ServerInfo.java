package io.sluice.cluster;

/**
 * What a cluster runs.
 *
 * @param version as the server says it, {@code 2.19.6} or {@code 3.0.0-beta1}
 */
public record ServerInfo(Flavor flavor, String version) {

    /** Whose server it is: their version numbers overlap and mean different things. */
    public enum Flavor {
        ELASTICSEARCH("Elasticsearch"),
        OPENSEARCH("OpenSearch");

        private final String product;

        Flavor(String product) {
            this.product = product;
        }

        @Override
        public String toString() {
            return product;
        }
    }

    public ServerInfo {
        if (!version.matches("\\d{1,4}(\\..*)?")) {
            throw new IllegalArgumentException("a server's version begins with a number, found: " + version);
        }
    }

    /** The first number of the version. */
    public int major() {
        int dot = version.indexOf('.');
        return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
    }

    @Override
    public String toString() {
        return flavor + " " + version;
    }
}
