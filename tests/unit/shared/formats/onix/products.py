"""Ten products as senders make them. Titles, authors and ISBNs may be real; suppliers, links and other people are invented."""

from lxml import etree

from shared.formats.onix import Defaults, record_of
from shared.records import Record

NOVEL = """<Product><RecordReference>r1</RecordReference><NotificationType>03</NotificationType>
<RecordSourceName>Example Data</RecordSourceName>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>978-0-14-143951-8</IDValue></ProductIdentifier>
<ProductIdentifier><ProductIDType>01</ProductIDType><IDTypeName>Example No.</IDTypeName><IDValue>A 17</IDValue>
</ProductIdentifier>
<DescriptiveDetail><ProductComposition>00</ProductComposition><ProductForm>BC</ProductForm>
<Measure><MeasureType>01</MeasureType><Measurement>19.8</Measurement><MeasureUnitCode>cm</MeasureUnitCode></Measure>
<Measure><MeasureType>02</MeasureType><Measurement>5.1</Measurement><MeasureUnitCode>in</MeasureUnitCode></Measure>
<Measure><MeasureType>08</MeasureType><Measurement>0.3</Measurement><MeasureUnitCode>kg</MeasureUnitCode></Measure>
<ProductClassification><ProductClassificationType>01</ProductClassificationType></ProductClassification>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitlePrefix>The</TitlePrefix>
<TitleWithoutPrefix>Mill on the Floss</TitleWithoutPrefix></TitleElement></TitleDetail>
<Contributor><SequenceNumber>2</SequenceNumber><ContributorRole>A24</ContributorRole><NamesBeforeKey>Ann</NamesBeforeKey>
<PrefixToKey>van</PrefixToKey><KeyNames>Example</KeyNames><Website><WebsiteLink>https://a.example</WebsiteLink></Website>
</Contributor>
<Contributor><SequenceNumber>1</SequenceNumber><ContributorRole>A01</ContributorRole>
<NameIdentifier><NameIDType>16</NameIDType><IDValue>0000 0001 2103 0713</IDValue></NameIdentifier>
<PersonName>George Eliot</PersonName><PersonNameInverted>Eliot, George</PersonNameInverted>
<ContributorDate><ContributorDateRole>50</ContributorDateRole><Date>1819</Date></ContributorDate>
<ContributorDate><ContributorDateRole>51</ContributorDateRole><Date>18801222</Date></ContributorDate></Contributor>
<ContributorStatement>George Eliot; introduction by Ann van Example</ContributorStatement><NoEdition/>
<Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>
<Extent><ExtentType>07</ExtentType><ExtentValue>704</ExtentValue><ExtentUnit>03</ExtentUnit></Extent>
<Extent><ExtentType>00</ExtentType><ExtentValue>688</ExtentValue><ExtentUnit>03</ExtentUnit></Extent>
<AncillaryContent><AncillaryContentType>14</AncillaryContentType><Number>2</Number></AncillaryContent>
<AncillaryContent><AncillaryContentType>26</AncillaryContentType></AncillaryContent>
<Subject><MainSubject/><SubjectSchemeIdentifier>93</SubjectSchemeIdentifier><SubjectSchemeVersion>1.5</SubjectSchemeVersion>
<SubjectCode>FBC</SubjectCode></Subject>
<Subject><SubjectSchemeIdentifier>94</SubjectSchemeIdentifier><SubjectCode>1DDU</SubjectCode></Subject>
<Subject><SubjectSchemeIdentifier>01</SubjectSchemeIdentifier><SubjectSchemeVersion>23</SubjectSchemeVersion>
<SubjectCode>823.8</SubjectCode></Subject>
<Subject><SubjectSchemeIdentifier>04</SubjectSchemeIdentifier>
<SubjectHeadingText>Mills--England--Fiction</SubjectHeadingText></Subject>
<Subject><SubjectSchemeIdentifier>20</SubjectSchemeIdentifier><SubjectHeadingText>rivers; mills</SubjectHeadingText>
</Subject>
<NameAsSubject><PersonNameInverted>Tulliver, Maggie</PersonNameInverted></NameAsSubject>
<Audience><AudienceCodeType>01</AudienceCodeType><AudienceCodeValue>01</AudienceCodeValue></Audience></DescriptiveDetail>
<CollateralDetail>
<TextContent><TextType>02</TextType><ContentAudience>00</ContentAudience><Text>Short.</Text></TextContent>
<TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>
<Text textformat="05">&lt;p&gt;Maggie &amp;amp; Tom.&lt;/p&gt;&lt;p&gt;A &lt;em&gt;flood&lt;/em&gt;.&lt;/p&gt;</Text>
</TextContent>
<TextContent><TextType>04</TextType><ContentAudience>00</ContentAudience><Text>Book 1<br/>Book 2</Text></TextContent>
<TextContent><TextType>06</TextType><ContentAudience>00</ContentAudience><Text>Superb</Text>
<SourceTitle>A Paper</SourceTitle></TextContent>
<TextContent><TextType>03</TextType><ContentAudience>02</ContentAudience><Text>For the trade.</Text></TextContent>
<SupportingResource><ResourceContentType>01</ResourceContentType><ContentAudience>00</ContentAudience>
<ResourceMode>03</ResourceMode>
<ResourceVersion><ResourceForm>02</ResourceForm><ResourceLink> https://covers.example/1.jpg </ResourceLink>
</ResourceVersion></SupportingResource>
<SupportingResource><ResourceContentType>15</ResourceContentType><ContentAudience>00</ContentAudience>
<ResourceMode>04</ResourceMode>
<ResourceFeature><ResourceFeatureType>02</ResourceFeatureType><FeatureNote>First chapter</FeatureNote></ResourceFeature>
<ResourceVersion><ResourceForm>01</ResourceForm><ResourceLink>https://read.example/1</ResourceLink></ResourceVersion>
</SupportingResource>
<Prize><PrizeName>Example Prize</PrizeName><PrizeYear>1861</PrizeYear><PrizeCode>04</PrizeCode></Prize></CollateralDetail>
<PublishingDetail><Imprint><ImprintName>Example Classics</ImprintName></Imprint>
<Publisher><PublishingRole>05</PublishingRole><PublisherName>A partner</PublisherName></Publisher>
<Publisher><PublishingRole>01</PublishingRole><PublisherName>Example House</PublisherName></Publisher>
<CityOfPublication>London</CityOfPublication><CountryOfPublication>GB</CountryOfPublication>
<PublishingStatus>04</PublishingStatus>
<PublishingDate><PublishingDateRole>01</PublishingDateRole><Date dateformat="00">20030327</Date></PublishingDate>
<CopyrightStatement><CopyrightYear>2002</CopyrightYear></CopyrightStatement></PublishingDetail>
<RelatedMaterial><RelatedProduct><ProductRelationCode>27</ProductRelationCode>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780441172719</IDValue></ProductIdentifier>
<ProductForm>ED</ProductForm></RelatedProduct></RelatedMaterial>
<ProductSupply><Market><Territory><CountriesIncluded>GB IE</CountriesIncluded></Territory></Market>
<SupplyDetail><Supplier><SupplierRole>01</SupplierRole><SupplierName>Example Supply</SupplierName></Supplier>
<ProductAvailability>21</ProductAvailability><SupplyDate><SupplyDateRole>08</SupplyDateRole><Date>20260901</Date>
</SupplyDate>
<OrderTime>5</OrderTime><Stock><OnHand>12</OnHand></Stock><Stock><OnHand>3</OnHand></Stock>
<Price><PriceType>02</PriceType><PriceAmount>8.99</PriceAmount><Tax><TaxType>01</TaxType><TaxRateCode>Z</TaxRateCode>
<TaxRatePercent>0</TaxRatePercent></Tax><CurrencyCode>GBP</CurrencyCode></Price>
<Price><PriceType>05</PriceType><PriceAmount>6.20</PriceAmount><CurrencyCode>GBP</CurrencyCode>
<PriceDate><PriceDateRole>14</PriceDateRole><Date>20260101</Date></PriceDate></Price></SupplyDetail></ProductSupply>
<ProductSupply><Market><Territory><CountriesIncluded>JP</CountriesIncluded></Territory></Market>
<SupplyDetail><ProductAvailability>40</ProductAvailability>
<Price><PriceType>01</PriceType><PriceAmount>1200</PriceAmount><CurrencyCode>JPY</CurrencyCode></Price></SupplyDetail>
</ProductSupply>
</Product>"""

PICTURE_BOOK = """<Product><RecordReference>r2</RecordReference><NotificationType>02</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780140569322</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BH</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>The very hungry caterpillar</TitleText></TitleElement></TitleDetail>
<Contributor><ContributorRole>A01</ContributorRole><ContributorRole>A12</ContributorRole>
<PersonName>Eric Carle</PersonName></Contributor>
<IllustrationsNote>chiefly colour illustrations</IllustrationsNote>
<Audience><AudienceCodeType>01</AudienceCodeType><AudienceCodeValue>02</AudienceCodeValue></Audience>
<AudienceRange><AudienceRangeQualifier>16</AudienceRangeQualifier><AudienceRangePrecision>03</AudienceRangePrecision>
<AudienceRangeValue>18</AudienceRangeValue></AudienceRange>
<AudienceRange><AudienceRangeQualifier>17</AudienceRangeQualifier><AudienceRangePrecision>04</AudienceRangePrecision>
<AudienceRangeValue>5</AudienceRangeValue></AudienceRange>
<AudienceDescription>For little ones</AudienceDescription></DescriptiveDetail>
<PublishingDetail><PublishingStatus>02</PublishingStatus></PublishingDetail>
<ProductSupply><SupplyDetail><Supplier><SupplierName>Example Supply</SupplierName></Supplier></SupplyDetail>
</ProductSupply></Product>"""

AUDIO_CD = """<Product><RecordReference>r3</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>AC</ProductForm><ProductFormDetail>A103</ProductFormDetail>
<ProductContentType>03</ProductContentType>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Songs</TitleText>
</TitleElement></TitleDetail>
<Contributor><ContributorRole>E07</ContributorRole><CorporateName>The Example Players</CorporateName></Contributor>
<Extent><ExtentType>09</ExtentType><ExtentValue>00215</ExtentValue><ExtentUnit>15</ExtentUnit></Extent></DescriptiveDetail>
</Product>"""

E_BOOK = """<Product><RecordReference>r4</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>ED</ProductForm><ProductFormDetail>E101</ProductFormDetail>
<ProductFormFeature><ProductFormFeatureType>06</ProductFormFeatureType>
<ProductFormFeatureDescription>Needs a reader</ProductFormFeatureDescription></ProductFormFeature>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Emma</TitleText>
</TitleElement></TitleDetail>
<Extent><ExtentType>10</ExtentType><ExtentValue>300</ExtentValue><ExtentUnit>03</ExtentUnit></Extent></DescriptiveDetail>
</Product>"""

TRANSLATION = """<Product><RecordReference>r5</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BC</ProductForm>
<TitleDetail><TitleType>03</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitlePrefix>L'</TitlePrefix>
<TitleWithoutPrefix>E\u0301tranger</TitleWithoutPrefix></TitleElement></TitleDetail>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>The outsider</TitleText></TitleElement></TitleDetail>
<TitleDetail><TitleType>08</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<TitleText>The stranger</TitleText></TitleElement></TitleDetail>
<Contributor><ContributorRole>B06</ContributorRole><PersonName>Sam Example</PersonName></Contributor>
<Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>
<Language><LanguageRole>02</LanguageRole><LanguageCode>fra</LanguageCode></Language></DescriptiveDetail></Product>"""

SERIES_VOLUME = """<Product><RecordReference>r6</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BB</ProductForm>
<Collection><CollectionType>10</CollectionType>
<CollectionIdentifier><CollectionIDType>02</CollectionIDType><IDValue>0261-3077</IDValue></CollectionIdentifier>
<TitleDetail><TitleType>01</TitleType>
<TitleElement><TitleElementLevel>01</TitleElementLevel><PartNumber>7</PartNumber></TitleElement>
<TitleElement><TitleElementLevel>02</TitleElementLevel><TitleText>Example studies</TitleText></TitleElement></TitleDetail>
</Collection>
<Collection><CollectionType>20</CollectionType><CollectionSequence><CollectionSequenceType>02</CollectionSequenceType>
<CollectionSequenceNumber>3</CollectionSequenceNumber></CollectionSequence>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>02</TitleElementLevel><TitlePrefix>The</TitlePrefix>
<TitleWithoutPrefix>sequence</TitleWithoutPrefix></TitleElement></TitleDetail></Collection>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>
<PartNumber>Volume 2</PartNumber>
<TitleText>Letters</TitleText></TitleElement></TitleDetail></DescriptiveDetail></Product>"""

SECOND_EDITION = """<Product><RecordReference>r7</RecordReference><NotificationType>03</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<DescriptiveDetail><ProductForm>BB</ProductForm>
<TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Law</TitleText>
</TitleElement></TitleDetail>
<Contributor><ContributorRole>B13</ContributorRole><ContributorRole>A77</ContributorRole>
<PersonName>Jo Example</PersonName></Contributor>
<EditionType>REV</EditionType><EditionNumber>2</EditionNumber></DescriptiveDetail>
<RelatedMaterial><RelatedWork/>
<RelatedProduct><ProductRelationCode>03</ProductRelationCode>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780441172719</IDValue></ProductIdentifier></RelatedProduct>
<RelatedProduct><ProductRelationCode>23</ProductRelationCode>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780441172719</IDValue></ProductIdentifier></RelatedProduct>
</RelatedMaterial></Product>"""

OLD_SHORT = """<product><a001>r8</a001><a002>03</a002><b004>0141439513</b004><b005>9780141439518</b005><b012>BB</b012>
<series><b018>Old series</b018><b019>4</b019><b016>0261-3077</b016></series>
<b028>The Mill on the Floss</b028><b029>A novel</b029>
<contributor><b034>1</b034><b035>A01</b035><b036>George Eliot</b036><b044>Lived in &lt;b&gt;Coventry&lt;/b&gt;.</b044>
</contributor>
<b057>3</b057><b059>eng</b059><b061>544</b061><illustrations><b256>02</b256><b257>8</b257></illustrations>
<b064>FIC004000</b064><mainsubject><b191>93</b191><b069>FBC</b069></mainsubject><b073>01</b073>
<othertext><d102>01</d102><d104>Main.</d104></othertext><othertext><d102>08</d102><d104>Good</d104><d107>A critic</d107>
</othertext>
<mediafile><f114>04</f114><f116>01</f116><f117>https://covers.example/8.jpg</f117></mediafile>
<b081>Example House</b081><b003>200303</b003><b087>2002</b087>
<measure><c093>01</c093><c094>7.8</c094><c095>in</c095></measure><measure><c093>08</c093><c094>10</c094><c095>oz</c095>
</measure>
<relatedproduct><h208>13</h208><productidentifier><b221>15</b221><b244>9780441172719</b244></productidentifier>
</relatedproduct>
<supplydetail><j137>Example Supply</j137><j138>GB IE</j138><j141>RP</j141><j142>20260901</j142>
<price><j148>02</j148><j151>12.50</j151><j152>GBP</j152><j154>0</j154><j161>20260101</j161></price></supplydetail>
</product>"""

BLOCK_UPDATE = """<Product><RecordReference>r9</RecordReference><NotificationType>04</NotificationType>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier>
<ProductSupply><SupplyDetail><ProductAvailability>99</ProductAvailability><Price><PriceAmount>7.99</PriceAmount></Price>
</SupplyDetail></ProductSupply>
</Product>"""

DELETION = """<Product><RecordReference>r10</RecordReference><NotificationType>05</NotificationType>
<DeletionText>Sent in error</DeletionText>
<ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780141439518</IDValue></ProductIdentifier></Product>"""


_NONE = Defaults()


def read(product: str, defaults: Defaults = _NONE) -> Record:
    """The product as a record; the test fails where it is none."""
    record = record_of(etree.fromstring(product), defaults, number=1, offset=0)
    assert isinstance(record, Record)
    return record
