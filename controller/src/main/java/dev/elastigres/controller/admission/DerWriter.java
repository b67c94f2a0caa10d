package dev.elastigres.controller.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/// Writes elements of DER (X.690), as far as certificates require.
final class DerWriter {
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    /// First year of GeneralizedTime (RFC 5280, 4.1.2.5).
    private static final int GENERALIZED_FROM = 2050;

    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    private DerWriter() {}

    static byte[] sequence(byte[]... elements) {
        return element(SEQUENCE, joined(elements));
    }

    static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    static byte[] isTrue() {
        return element(BOOLEAN, new byte[] {(byte) 0xff});
    }

    /// @param unusedBits number of unused bits of the last byte
    static byte[] bits(int unusedBits, byte[] content) {
        return element(BIT_STRING, joined(new byte[] {(byte) unusedBits}, content));
    }

    static byte[] octets(byte[] content) {
        return element(OCTET_STRING, content);
    }

    /// @param identifier such as `2.5.29.17`; its first number is at most 2, its second below 40
    static byte[] identifier(String identifier) {
        String[] numbers = identifier.split("\\.", -1);
        var content = new ByteArrayOutputStream();
        content.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) base128(content, Integer.parseInt(numbers[i]));
        return element(OBJECT_IDENTIFIER, content.toByteArray());
    }

    private static void base128(ByteArrayOutputStream content, int number) {
        int groups = 1;
        while (number >> (7 * groups) != 0) groups++;
        for (int i = groups - 1; i >= 0; i--)
            content.write(((number >> (7 * i)) & 0x7f) | (i > 0 ? 0x80 : 0));
    }

    /// Returns the time in seconds, in the form that its year requires.
    static byte[] time(Instant at) {
        ZonedDateTime utc = at.atZone(ZoneOffset.UTC);
        boolean isGeneralized = utc.getYear() >= GENERALIZED_FROM;
        String text = (isGeneralized ? GENERALIZED : UTC).format(utc);
        return element(isGeneralized ? GENERALIZED_TIME : UTC_TIME, text.getBytes(US_ASCII));
    }

    /// Returns an element with an explicit context tag.
    static byte[] tagged(int number, byte[] element) {
        return element(CONTEXT | CONSTRUCTED | number, element);
    }

    /// Returns an element whose type is replaced by a context tag.
    static byte[] implicit(int number, byte[] content) {
        return element(CONTEXT | number, content);
    }

    private static byte[] element(int tag, byte[] content) {
        var element = new ByteArrayOutputStream();
        element.write(tag);
        // DER requires the shortest form.
        if (content.length < 0x80) element.write(content.length);
        else {
            int bytes = content.length < 1 << 8 ? 1 : content.length < 1 << 16 ? 2 : 3;
            element.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) element.write(content.length >> (8 * i));
        }
        element.writeBytes(content);
        return element.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] each : parts) all.writeBytes(each);
        return all.toByteArray();
    }
}
