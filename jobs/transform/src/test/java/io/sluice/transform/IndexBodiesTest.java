package io.sluice.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class IndexBodiesTest {

    private static ObjectNode json(String text) throws JsonProcessingException {
        return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void anIndexKeepsWhereDocumentsLieAndWhatMappingsNeed() throws JsonProcessingException {
        ObjectNode made = IndexBodies.index(
                json("{'settings':{'index':{'number_of_shards':3,'number_of_replicas':2,"
                        + "'default_pipeline':'p','analysis':{'analyzer':{'a':{'type':'custom'}}}},'refresh_interval':'1s'},"
                        + "'aliases':{'x':{'routing':'r'}}}"),
                false);
        assertThat(made)
                .isEqualTo(json("{'settings':{'index.number_of_shards':3,'index.analysis.analyzer.a.type':'custom'},"
                        + "'aliases':{'x':{'routing':'r'}}}"));
    }

    @Test
    void inOldRequestsSettingsStandAlone() throws JsonProcessingException {
        assertThat(IndexBodies.index(json("{'index':{'number_of_shards':3}}"), false))
                .isEqualTo(json("{'settings':{'index.number_of_shards':3}}"));
    }

    @Test
    void typesAreTakenOutAndTheirFieldsPutTogether() throws JsonProcessingException {
        ObjectNode made = IndexBodies.index(
                json(
                        "{'mappings':{'_default_':{'dynamic':false},'a':{'_all':{'enabled':false},'properties':{'x':{'type':'long'}}},"
                                + "'b':{'properties':{'x':{'type':'text'},'y':{'type':'date'}}}}}"),
                false);
        assertThat(made).isEqualTo(json("{'mappings':{'properties':{'x':{'type':'long'},'y':{'type':'date'}}}}"));
    }

    @Test
    void fieldsAreNotMadeByTheOrderInWhichDocumentsArrive() throws JsonProcessingException {
        assertThat(IndexBodies.index(json("{}"), true))
                .isEqualTo(json("{'mappings':{'dynamic':'strict','_meta':{'sluice':{'dynamic':null}}}}"));
        assertThat(IndexBodies.index(json("{'mappings':{'dynamic':'false'}}"), true))
                .isEqualTo(json("{'mappings':{'dynamic':'false'}}"));
        assertThat(IndexBodies.mapping(json("{'event':{'dynamic':'true','properties':{}}}"), "event"))
                .isEqualTo(json("{'properties':{}}"));
        assertThat(IndexBodies.mapping(json("{'properties':{'event':{'type':'long'}}}"), "event"))
                .isEqualTo(json("{'properties':{'event':{'type':'long'}}}"));
    }

    @Test
    void ofChangedSettingsLittleIsMirrored() throws JsonProcessingException {
        assertThat(IndexBodies.settings(json("{'index':{'blocks.write':true,'mapping.total_fields.limit':9}}")))
                .isEqualTo(json("{'index.mapping.total_fields.limit':9}"));
        assertThat(IndexBodies.settings(json("{'settings':{'number_of_replicas':0}}")))
                .isEmpty();
    }

    @Test
    void templatesLoseWhatTheTargetDoesNotKnow() throws JsonProcessingException {
        assertThat(
                        IndexBodies.template(
                                json(
                                        "{'index_patterns':['a*'],'deprecated':true,'data_stream':{'hidden':true},'template':{'lifecycle':{},"
                                                + "'settings':{'index.lifecycle.name':'x','number_of_replicas':1},'mappings':{'runtime':{},'properties':{}}}}")))
                .isEqualTo(json("{'index_patterns':['a*'],'template':{'settings':{'index.number_of_replicas':1},"
                        + "'mappings':{'properties':{}}},'_meta':{'sluice':{'data_stream':{'hidden':true}}}}"));
    }
}
