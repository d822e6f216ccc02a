"""Exports of social platforms and programs: by name, the content and its tweets."""

EXPORTS: dict[str, tuple[str, list[str]]] = {
    "X analytics": (
        (
            '"Tweet id","Tweet permalink","Tweet text","time","impressions"\n'
            '"1791","https://twitter.com/air/status/1791","ok","2024-05-01 10:00 +0000","10.0"\n'
            '"1792","https://twitter.com/air/status/1792","so, so","2024-05-01 10:00 +0000","9.0"\n'
        ),
        ["ok", "so, so"],
    ),
    "X analytics today": (
        (
            "Post id,Date,Post text,Post Link,Impressions,Likes,Replies,Reposts\n"
            '1791,"Fri, May 17, 2024","Lovely crew, thanks",https://x.com/air/status/1791,10,0,0,0\n'
        ),
        ["Lovely crew, thanks"],
    ),
    "X analytics in French": (
        (
            "Identifiant du Tweet;Lien permanent du Tweet;Texte du Tweet;heure;impressions\n"
            "1791;https://twitter.com/air/status/1791;Merci;2024-05-01 10:00 +0000;10,0\n"
        ),
        ["Merci"],
    ),
    "Google Sheets form": (
        (
            "Horodateur,Votre commentaire,Note\r\n"
            '01/05/2024 10:00:00,"Très bien, merci",5\r\n02/05/2024 10:00:00,Nul,1'
        ),
        ["Très bien, merci", "Nul"],
    ),
    "Hootsuite report": (
        (
            'Hootsuite Analytics\n"Date range: 1 May 2024 - 31 May 2024"\n\n'
            "Date,Post Message,Post Permalink,Network\n"
            '2024-05-01,"Fly with us, today",https://x.com/air/1,Twitter\n'
        ),
        ["Fly with us, today"],
    ),
    "Sprout Social": (
        (
            "Date,Post ID,Network,Post Type,Content Type,Profile,Sent by,Link,Post,Linked Content\n"
            '05/01/2024 10:00 am,"""1791""",X,Post,Text,@Air,Jane Doe,https://x.com/1,"Up, up",\n'
        ),
        ["Up, up"],
    ),
    "Brandwatch": (
        (
            "Query Id,Date,Title,Snippet,Full Text,Url,Domain,Sentiment\n"
            "1,2024-05-01 00:00:00.0,My flight,was fine,it was fine and good,https://x.com/1,x.com,pos\n"
        ),
        ["it was fine and good"],
    ),
    "airline tweets": (
        (
            "tweet_id,airline_sentiment,airline,name,retweet_count,text,tweet_coord,tweet_created\n"
            "57030,neutral,Virgin,cairdin,0,@air What @dhe said.,,2015-02-24 11:35:52 -0800\n"
            "57031,positive,Virgin,jnar,0,@air plus you're good,,2015-02-24 11:15:59 -0800\n"
        ),
        ["@air What @dhe said.", "@air plus you're good"],
    ),
    "Sentiment140": (
        (
            '"0","1467810369","Mon Apr 06 22:19:45 PDT 2009","NO","_Spe_","@sw it\'s a bummer."\n'
            '"0","1467810672","Mon Apr 06 22:19:49 PDT 2009","NO","scott","is upset, he can\'t"\n'
        ),
        ["@sw it's a bummer.", "is upset, he can't"],
    ),
    "selected text": (
        (
            "textID,text,selected_text,sentiment\n"
            "cb774db0d1,I would have responded,would have responded,neutral\n"
            "549e992a42,Sooo SAD I will miss you,Sooo SAD,negative\n"
        ),
        ["I would have responded", "Sooo SAD I will miss you"],
    ),
    "pandas index": (",text\n0,Great flight\n1,Bad flight\n", ["Great flight", "Bad flight"]),
    "pandas series": (",0\n0,Great flight\n1,Bad flight\n", ["Great flight", "Bad flight"]),
    "duplicate headings": (
        "text,text,id\nhello big world,,1\nbye bye world,,2\n",
        ["hello big world", "bye bye world"],
    ),
    "unknown headings": (
        (
            "id;date;Ce que disent les gens\n"
            "1;2024-05-01;bon vol à tous\n2;2024-05-02;trop tard hier\n"
        ),
        ["bon vol à tous", "trop tard hier"],
    ),
    "trailing delimiters": ("id;text;;\n1;so good;;\n2;awful;;\n", ["so good", "awful"]),
    "blanks after commas": ('id, text\n1, "so, good"\n2, "awful"\n', ["so, good", "awful"]),
    "unquoted commas": (
        "id,text\n1,Great flight, thanks\n2,Awful, never, again\n3,fine\n",
        ["Great flight, thanks", "Awful, never, again", "fine"],
    ),
    "unquoted commas within a row": (
        "text,label\nGreat flight, thanks,1\nAwful,0\nfine, really, yes,1\n",
        ["Great flight, thanks", "Awful", "fine, really, yes"],
    ),
    "one column": ("Texte du tweet\nBonjour\nMerci, oui\n", ["Bonjour", "Merci, oui"]),
    "one tweet a line": (
        "Great flight, thanks\nAwful, never again\nSo so, well\n",
        ["Great flight, thanks", "Awful, never again", "So so, well"],
    ),
    "one quoted tweet a line": ('"Great, yes"\n"Awful\nno"\n', ["Great, yes", "Awful\nno"]),
    "first tweet with a known word": (
        "positive,Great post\nnegative,Awful crew on my flight\n",
        ["Great post", "Awful crew on my flight"],
    ),
    "quotation marks within texts": (
        'id;text\n1;"Great" airline\n2;say "hi" to me\n3;"quoted ""twice"""\n',
        ['"Great" airline', 'say "hi" to me', 'quoted "twice"'],
    ),
    "a stray quotation mark": (
        'id;text\n1;"bad day\n2;not so good\n3;they said "no" to me\n',
        ['"bad day', "not so good", 'they said "no" to me'],
    ),
    "escaped quotation marks": (
        'id,text\n1,"he said \\"hi\\", then left"\n2,"so, so"\n',
        ['he said "hi", then left', "so, so"],
    ),
    "columns of markup, lists and prices": (
        (
            "id,price,source,urls,said\n"
            '1,5 USD,"<a href=""x"">Twitter Web App</a>",[],so good to fly\n'
            '2,EUR 7.50,"<a href=""x"">Twitter for iPhone</a>","[\'a b\', \'c\']",my bag is lost\n'
        ),
        ["so good to fly", "my bag is lost"],
    ),
    "answers to a question": (
        (
            "#,What did you think about your last flight with us then?,Start Date (UTC)\n"
            '1,so good,2024-05-01 10:00:00\n2,"awful, really",2024-05-01 10:00:00\n'
        ),
        ["so good", "awful, really"],
    ),
    "twint": (
        (
            "id,created_at,date,time,timezone,user_id,username,name,place,tweet,mentions\n"
            "1,2020-01-01 10:00:00 CET,2020-01-01,10:00:00,+0100,7,jd,Jane Doe,,so good,[]\n"
        ),
        ["so good"],
    ),
    "numbers with commas": (
        "0,5;Great flight, thanks\n1,5;Bad, really\n",
        ["Great flight, thanks", "Bad, really"],
    ),
    "reviews": (
        (
            "Review Title,Review Text,Rating\n"
            'So so,"It was fine, really",3\nBad day,It was awful,1\n'
        ),
        ["It was fine, really", "It was awful"],
    ),
    "lines that look like headings": (
        "Great flight, thanks\nTweet, tweet\nPost, comment\n",
        ["Great flight, thanks", "Tweet, tweet", "Post, comment"],
    ),
}
