package dev.elastigres.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[1,-2,null,true,false,\"x\\n\\u0001\"],\"b\":{\"c\":1.5}}",
                "[]",
                "{}",
                "\"\"",
                "9223372036854775807",
                "null"
            })
    void readAndWritten(String text) throws Exception {
        assertThat(Json.parse(text).compact()).isEqualTo(text);
        assertThat(Json.parse(Json.parse(text).pretty())).isEqualTo(Json.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":1,\"a\":2}",
                "{\"a\"}",
                "[1,]",
                "1 2",
                "{} {}",
                "nul",
                "\"",
                "]"
            })
    void notJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void tooDeep() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100) + "]".repeat(100)))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void keepsNumbersAsWritten() throws Exception {
        var big = new Json.Num("18446744073709551615");
        assertThat(Json.parse("18446744073709551615")).isEqualTo(big);
        assertThat(big.whole()).isEmpty();
        assertThat(big.compact()).isEqualTo("18446744073709551615");
        assertThat(new Json.Num("1.0").whole()).isEmpty();
    }

    @Test
    void fieldsByKind() throws Exception {
        var object = (Json.Obj) Json.parse("{\"n\":5,\"t\":\"x\",\"o\":{},\"l\":[1]}");
        assertThat(object.whole("n")).hasValue(5);
        assertThat(object.whole("t")).isEmpty();
        assertThat(object.text("t")).contains("x");
        assertThat(object.text("n")).isEmpty();
        assertThat(object.object("o")).contains(Json.object());
        assertThat(object.list("l")).hasSize(1);
        assertThat(object.list("nothing")).isEmpty();
    }
}
