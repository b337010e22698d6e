package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"
)

// textBytes is how long a text is, where there is enough of it.
const textBytes = 1_000_000

// englishText returns prose: the book in Go's own test data, then the texts
// beside the clone, some 740 KB.
func englishText(shared string) (string, error) {
	var b strings.Builder
	for _, path := range []string{
		filepath.Join(runtime.GOROOT(), "src", "testdata", "Isaac.Newton-Opticks.txt"), //nolint:staticcheck // the sources of the Go that runs this
		filepath.Join(shared, "models", "heldout.txt"),
		filepath.Join(shared, "models", "calibration.txt"),
	} {
		data, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			return "", err
		}
		b.Write(data)
	}
	return cut(b.String()), nil
}

// codeText returns source code: Go's net/http.
func codeText() (string, error) {
	paths, err := filepath.Glob(filepath.Join(runtime.GOROOT(), "src", "net", "http", "*.go")) //nolint:staticcheck // as above
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		b.Write(data)
		if b.Len() > textBytes {
			break
		}
	}
	return cut(b.String()), nil
}

// cut cuts a text between characters.
func cut(s string) string {
	if len(s) <= textBytes {
		return s
	}
	n := textBytes
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// cjkText returns sentences of Chinese, Japanese and Korean words with some
// English and numbers among them, the common words more often.
func cjkText() string {
	languages := []struct {
		words, particles, ends []string
		space                  string
	}{
		{strings.Fields(chinese), strings.Fields("的 了 在 是 和 也 不 就 都 很"), []string{"，", "。", "。\n", "；", "！", "？"}, ""},
		{strings.Fields(japanese), strings.Fields("は が を に で と の も から まで"), []string{"、", "。", "。\n", "！", "？"}, ""},
		{strings.Fields(korean), strings.Fields("은 는 이 가 을 를 에 에서 와 과"), []string{", ", ". ", ".\n", "! ", "? "}, " "},
	}
	foreign := strings.Fields("GPU Python 2024 API 100% v1.2 GitHub CPU 3.14 Linux model token HTTP 42")
	state := uint64(1)
	n := func(n int) int { // SplitMix64
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return int((z ^ z>>31) >> 33 % uint64(n))
	}
	var b strings.Builder
	for b.Len() < textBytes {
		l := languages[n(len(languages))]
		for range 2 + n(12) {
			if n(20) == 0 {
				b.WriteString(" " + foreign[n(len(foreign))] + " ")
			}
			b.WriteString(l.words[n(1+n(len(l.words)))])
			if n(2) == 0 {
				b.WriteString(l.particles[n(len(l.particles))])
			}
			b.WriteString(l.space)
		}
		b.WriteString(l.ends[n(len(l.ends))])
	}
	return cut(b.String())
}

const (
	chinese = `我们 他们 一个 这个 可以 没有 自己 什么 时候 知道 现在 问题 工作 生活 中国 人民 社会 发展 经济 国家 学生 老师 学习 语言 文字 模型 训练
数据 计算 机器 网络 系统 软件 程序 代码 设计 研究 科学 技术 方法 结果 分析 理论 实验 城市 北京 上海 公司 市场 产品 服务 客户 价格 银行 投资 管理 政府
法律 历史 文化 艺术 音乐 电影 小说 作者 读者 朋友 家庭 父母 孩子 健康 医院 医生 药物 运动 足球 比赛 天气 春天 夏天 秋天 冬天 下雨 太阳 月亮 星星 海洋
山水 河流 森林 动物 植物 食物 米饭 面条 咖啡 茶叶 汽车 火车 飞机 旅行 酒店 风景 照片 手机 电话 电脑 互联网 人工智能 神经网络 自然语言处理 深度学习 大学
教育 考试 毕业 图书馆 博物馆 出版社 报纸 新闻 记者 采访 世界 和平 战争 环境 保护 能源 石油 电力 水资源 气候变化 可持续 农业 工业 制造 质量 标准 安全 风险
机会 挑战 未来 过去 历经 改革 开放 创新 创业 合作 竞争 全球化 文明 传统 节日 春节 中秋 龙 凤凰 长城 黄河 长江 喜欢 讨厌 快乐 悲伤 愤怒 希望 梦想 勇气`

	japanese = `日本 東京 大阪 私 あなた 彼女 今日 明日 昨日 時間 仕事 会社 学校 学生 先生 勉強 言葉 文章 物語 小説 映画 音楽 写真 旅行 電車 飛行機 自動車 料理 寿司 お茶
コーヒー ビール レストラン ホテル コンピューター ソフトウェア プログラム データ モデル ネットワーク インターネット スマートフォン 技術 科学 研究 開発 設計 実験 結果 方法 問題
質問 答え 意味 理由 世界 国際 経済 政治 社会 文化 歴史 芸術 自然 環境 天気 春 夏 秋 冬 雨 雪 海 山 川 森 花 桜 鳥 犬 猫 魚 人間 子供 家族 友達 病院 医者 薬 健康 運動
サッカー 野球 試合 新聞 記事 情報 通信 電話 手紙 図書館 美術館 神社 お寺 祭り 食べる 飲む 行く 来る 見る 聞く 話す 読む 書く 思う 考える 作る 使う 始まる 終わる 楽しい
嬉しい 悲しい 難しい 易しい 美しい 新しい 古い 大きい 小さい 速い 遅い ありがとうございます おはようございます よろしくお願いします`

	korean = `한국 서울 부산 사람 우리 나라 오늘 내일 어제 시간 일 회사 학교 학생 선생님 공부 언어 문장 이야기 소설 영화 음악 사진 여행 기차 비행기 자동차 음식 김치 커피 맥주 식당
호텔 컴퓨터 소프트웨어 프로그램 데이터 모델 네트워크 인터넷 스마트폰 기술 과학 연구 개발 설계 실험 결과 방법 문제 질문 대답 의미 이유 세계 국제 경제 정치 사회 문화 역사 예술
자연 환경 날씨 봄 여름 가을 겨울 비 눈 바다 산 강 숲 꽃 새 개 고양이 물고기 아이 가족 친구 병원 의사 약 건강 운동 축구 야구 경기 신문 기사 정보 통신 전화 편지 도서관 미술관
먹다 마시다 가다 오다 보다 듣다 말하다 읽다 쓰다 생각하다 만들다 사용하다 시작하다 끝나다 즐겁다 기쁘다 슬프다 어렵다 쉽다 아름답다 새롭다 오래되다 크다 작다 감사합니다 안녕하세요`
)
