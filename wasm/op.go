package wasm

// An Op is what a call asks for.
type Op uint32

// The ops. Those below 100 are those of the small guest too.
const (
	OpTextOpen     Op = 1  // TextOpenRequest, TextOpenReply
	OpTextClose    Op = 2  // TextHandle, Empty
	OpTextEncode   Op = 3  // TextEncodeRequest, TextEncodeReply
	OpTextDecode   Op = 4  // TextDecodeRequest, Empty
	OpTextTokens   Op = 5  // TextHandle, Empty
	OpTextBatch    Op = 6  // TextBatchRequest, TextBatchReply
	OpTextSteps    Op = 7  // TextHandle, TextStepsReply
	OpTextPipeline Op = 8  // TextPipelineRequest, TextPipelineReply
	OpTextCount    Op = 9  // TextEncodeRequest, TextCountReply
	OpTextFind     Op = 10 // TextFindRequest, TextFindReply
	OpTextInput    Op = 11 // TextInputRequest, TextInputReply
	OpTextIDs      Op = 12 // TextEncodeRequest, TextCountReply

	OpChatOpen   Op = 100 // ChatOpenRequest, ChatOpenReply
	OpChatClose  Op = 101 // ChatHandle, Empty
	OpChatRender Op = 102 // ChatRenderRequest, ChatRenderReply

	OpWeightsOpen      Op = 120 // WeightsOpenRequest, WeightsOpenReply
	OpWeightsClose     Op = 121 // WeightsHandle, Empty
	OpWeightsMemory    Op = 122 // WeightsMemoryRequest, WeightsMemoryReply
	OpWeightsHistogram Op = 123 // WeightsTensorRequest, WeightsHistogramReply
	OpWeightsMeasure   Op = 124 // WeightsMeasureRequest, WeightsMeasureReply
	OpWeightsBlock     Op = 125 // WeightsBlockRequest, WeightsBlockReply

	OpConvertPlan   Op = 140 // ConvertPlanRequest, ConvertPlanReply
	OpConvertClose  Op = 141 // ConvertHandle, Empty
	OpConvertStart  Op = 142 // ConvertStartRequest, Empty
	OpConvertNext   Op = 143 // ConvertHandle, ConvertNextReply
	OpConvertReport Op = 144 // ConvertHandle, ConvertReportReply

	OpQuantizeTypes  Op = 160 // Empty, QuantizeTypesReply
	OpQuantizeEncode Op = 161 // QuantizeRequest, QuantizeReply
	OpQuantizeDecode Op = 162 // QuantizeRequest, QuantizeReply
)

// Empty is the part 0 of requests and replies that say nothing there.
type Empty struct{}
