package dev.elastigres.image;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The image to make and its destination.
///
/// @param name with registry and tag
/// @param tar the file to write; if empty, the image is pushed to its registry
/// @param cache folder where layers are kept between runs
/// @param time of the image and of all files in it
/// @param layers folders by name, the lowest layer first; each is copied over the root
record ImageRequest(
        String name,
        Optional<Path> tar,
        Path cache,
        String architecture,
        Instant time,
        String user,
        List<String> entrypoint,
        Map<String, String> environment,
        Map<String, String> labels,
        Map<String, Path> layers) {

    /// Reads a list of flags, each followed by its value.
    ///
    /// @throws IllegalArgumentException if a flag is invalid; the message names it
    static ImageRequest parse(List<String> args) {
        var single = new LinkedHashMap<String, String>();
        var entrypoint = new ArrayList<String>();
        var environment = new LinkedHashMap<String, String>();
        var labels = new LinkedHashMap<String, String>();
        var layers = new LinkedHashMap<String, Path>();
        for (int i = 0; i < args.size(); i += 2) {
            String flag = args.get(i);
            if (i + 1 == args.size()) throw new IllegalArgumentException(flag + " has no value");
            String value = args.get(i + 1);
            switch (flag) {
                case "--name", "--tar", "--cache", "--architecture", "--time", "--user" ->
                        single.put(flag, value);
                case "--entrypoint" -> entrypoint.add(value);
                case "--env" -> put(environment, flag, value);
                case "--label" -> put(labels, flag, value);
                case "--layer" -> {
                    var pair = new LinkedHashMap<String, String>();
                    put(pair, flag, value);
                    pair.forEach((name, folder) -> layers.put(name, Path.of(folder)));
                }
                default -> throw new IllegalArgumentException("unknown flag: " + flag);
            }
        }
        try {
            return new ImageRequest(
                    needed(single, "--name"),
                    Optional.ofNullable(single.get("--tar")).map(Path::of),
                    Path.of(needed(single, "--cache")),
                    needed(single, "--architecture"),
                    Instant.parse(needed(single, "--time")),
                    needed(single, "--user"),
                    List.copyOf(entrypoint),
                    environment,
                    labels,
                    layers);
        } catch (DateTimeException _) {
            throw new IllegalArgumentException("--time is not a time: " + single.get("--time"));
        }
    }

    private static void put(Map<String, String> map, String flag, String pair) {
        int sign = pair.indexOf('=');
        if (sign <= 0) throw new IllegalArgumentException(flag + " is not NAME=VALUE: " + pair);
        map.put(pair.substring(0, sign), pair.substring(sign + 1));
    }

    private static String needed(Map<String, String> values, String flag) {
        String value = values.get(flag);
        if (value == null) throw new IllegalArgumentException("say " + flag);
        return value;
    }
}
